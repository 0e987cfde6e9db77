package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sources of which two or more have an image for the same platform. */
final class Rivals {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Rivals() {}

    /**
     * The sources with just one image a platform; of a source that has lost some of its platforms, an index of the others
     * is written beside it, by digest.
     *
     * @throws BuildxException if it is not said which one is taken
     */
    @NonNull
    static List<ImageReference> settle(
            @NonNull Registry registry,
            @NonNull Concurrently commands,
            @NonNull List<ImageReference> sources,
            @NonNull Prefer prefer)
            throws IOException, InterruptedException, BuildxException {
        List<ImageIndex> indexes = commands.start(
                        sources, source -> registry.combine(List.of(source), source, Map.of()))
                .await();
        Map<Platform, Integer> owners = new LinkedHashMap<>();
        for (int i = 0; i < sources.size(); i++) {
            for (Platform platform : indexes.get(i).platforms()) {
                Integer other = owners.get(platform);
                if (other != null && prefer == Prefer.NEITHER) {
                    throw new BuildxException("Nothing is published: two images are for " + platform + ", "
                            + sources.get(other) + " and " + sources.get(i)
                            + ". Leave one of them out, or say with prefer: 'first' or 'last' which one is taken.");
                }
                if (other == null || prefer == Prefer.LAST) {
                    owners.put(platform, i);
                }
            }
        }
        List<ImageReference> kept = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            ImageIndex index = indexes.get(i);
            Set<Platform> own = new HashSet<>();
            for (Platform platform : index.platforms()) {
                if (owners.get(platform) == i) {
                    own.add(platform);
                }
            }
            if (own.equals(index.platforms())) {
                kept.add(sources.get(i));
            } else if (!own.isEmpty()) {
                kept.add(part(registry, sources.get(i), index, own));
            }
        }
        return kept;
    }

    private static ImageReference part(
            Registry registry, ImageReference source, ImageIndex index, Set<Platform> platforms)
            throws IOException, InterruptedException, BuildxException {
        Set<Digest> images = new HashSet<>();
        index.images().stream()
                .filter(image -> platforms.contains(image.platform()))
                .forEach(image -> images.add(image.digest()));
        List<String> descriptors = index.children().stream()
                .filter(child -> images.contains(child.attests() == null ? child.digest() : child.attests()))
                .map(Rivals::descriptor)
                .toList();
        ImageReference part =
                source.at(registry.combine(descriptors, source, Map.of()).digest());
        registry.create(descriptors, List.of(part), Map.of());
        return part;
    }

    /** A descriptor without a media type, which buildx looks up in the repository of the target. */
    private static String descriptor(ImageIndex.Child child) {
        ObjectNode descriptor =
                JSON.createObjectNode().put("digest", child.digest().value());
        Digest attested = child.attests();
        if (attested != null) {
            descriptor.putObject("platform").put("architecture", "unknown").put("os", "unknown");
            descriptor
                    .putObject("annotations")
                    .put("vnd.docker.reference.digest", attested.value())
                    .put("vnd.docker.reference.type", "attestation-manifest");
        }
        return descriptor.toString();
    }
}
