package io.jenkins.plugins.multiarchbuild.engine.bake;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Everything that one bake builds.
 *
 * @param images the images that a call is for, at least one
 * @param links other targets of a bake file that these are built on, without results of their own
 * @param remarks what the log says about the file, one line each
 */
public record BakeTargets(
        @NonNull List<BakeTarget> images,
        @NonNull List<BakeTarget> links,
        @NonNull List<Sentence> remarks) implements Serializable {

    public BakeTargets {
        images = List.copyOf(images);
        links = List.copyOf(links);
        remarks = List.copyOf(remarks);
    }

    /** Returns the only target of a call without a bake file. */
    @NonNull
    public static BakeTargets of(@NonNull BuildRequest request) {
        return new BakeTargets(List.of(new BakeTarget("image", request, TargetSettings.NONE)), List.of(), List.of());
    }

    /** Returns the images and what they are built on. */
    @NonNull
    public List<BakeTarget> all() {
        return Stream.concat(images.stream(), links.stream()).toList();
    }

    /**
     * Returns the same with other requests.
     *
     * @param requests one for each of {@link #all()}
     */
    @NonNull
    public BakeTargets with(@NonNull List<BuildRequest> requests) {
        List<BakeTarget> changed = new ArrayList<>();
        for (BakeTarget target : all()) {
            changed.add(target.with(requests.get(changed.size())));
        }
        return new BakeTargets(
                changed.subList(0, images.size()), changed.subList(images.size(), changed.size()), remarks);
    }

    /** Finds a path for a context. */
    @FunctionalInterface
    public interface Contexts {

        @NonNull
        String path(@NonNull String context) throws IOException, InterruptedException;
    }

    /** Returns the same with other paths to the contexts that are directories. */
    @NonNull
    public BakeTargets withContexts(@NonNull Contexts contexts) throws IOException, InterruptedException {
        List<BuildRequest> requests = new ArrayList<>();
        for (BakeTarget target : all()) {
            BuildSource source = target.request().source();
            requests.add(
                    source.isRemote()
                            ? target.request()
                            : target.request().withSource(source.withContext(contexts.path(source.context()))));
        }
        return with(requests);
    }

    /** Returns what tells the image of a target of the file for a platform from everything else that is built. */
    @NonNull
    public ImageKey key(@NonNull String target, @NonNull Platform platform) {
        boolean isOnly = images.size() == 1 && images.get(0).name().equals(target);
        return new ImageKey(isOnly ? "" : target, platform);
    }

    /** Returns the keys of all images for some platforms: first those of the first image. */
    @NonNull
    public List<ImageKey> keys(@NonNull List<Platform> platforms) {
        return images.stream()
                .flatMap(image -> platforms.stream().map(platform -> key(image.name(), platform)))
                .toList();
    }

    /** Returns the names by which keys tell the images apart: those of the targets, or an empty one. */
    @NonNull
    public Map<String, BakeTarget> byImage() {
        Map<String, BakeTarget> byImage = new LinkedHashMap<>();
        images.forEach(image -> byImage.put(images.size() == 1 ? "" : image.name(), image));
        return byImage;
    }

    /** Returns the request of an image. */
    @NonNull
    public BuildRequest request(@NonNull ImageKey key) {
        return byImage().get(key.image()).request();
    }
}
