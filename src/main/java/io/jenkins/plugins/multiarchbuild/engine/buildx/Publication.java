package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Annotations;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be published.
 *
 * @param images images that are in a registry, by tag or digest, each a single image or an index
 * @param baseTags the tags that all the images are published under as one, at least one
 * @param archTags tags that point at one image each
 * @param platforms the platforms that the images must be for, all of them and no other; empty if any will do
 * @param annotations annotations of the image index by key
 * @param prefer which image is taken when two are for the same platform
 */
public record Publication(
        @NonNull List<ImageReference> images,
        @NonNull List<ImageReference> baseTags,
        @NonNull Map<ImageReference, ImageReference> archTags,
        @NonNull List<Platform> platforms,
        @NonNull Map<String, String> annotations,
        @NonNull Prefer prefer) {

    public Publication {
        images = images.stream().distinct().toList();
        baseTags = baseTags.stream().distinct().toList();
        archTags = Collections.unmodifiableMap(new LinkedHashMap<>(archTags));
        platforms = List.copyOf(platforms);
        annotations = Annotations.checked(annotations);
    }

    /** Images of any platforms, whatever each holds, as one. */
    @NonNull
    public static Publication of(@NonNull List<ImageReference> images, @NonNull List<ImageReference> baseTags) {
        return new Publication(images, baseTags, Map.of(), List.of(), Map.of(), Prefer.NEITHER);
    }

    /** What a request asks for, once its images are built. */
    @NonNull
    public static Publication of(@NonNull BuildRequest request, @NonNull List<BuiltImage> built) {
        Map<ImageReference, ImageReference> archTags = new LinkedHashMap<>();
        if (request.archTags().wanted()) {
            for (ImageReference baseTag : request.baseTags()) {
                built.forEach(
                        image -> archTags.put(request.archTags().tag(baseTag, image.platform()), image.reference()));
            }
        }
        return new Publication(
                built.stream().map(BuiltImage::reference).toList(),
                request.baseTags(),
                archTags,
                request.platforms(),
                request.options().annotations(),
                Prefer.NEITHER);
    }

    /** The same with annotations of the image index. */
    @NonNull
    public Publication withAnnotations(@NonNull Map<String, String> others) {
        return new Publication(images, baseTags, archTags, platforms, others, prefer);
    }

    /** The same with a rule for two images of one platform. */
    @NonNull
    public Publication preferring(@NonNull Prefer other) {
        return new Publication(images, baseTags, archTags, platforms, annotations, other);
    }

    /** Base tags and arch tags. */
    @NonNull
    List<ImageReference> allTags() {
        List<ImageReference> tags = new ArrayList<>(baseTags);
        tags.addAll(archTags.keySet());
        return tags;
    }
}
