package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Annotations;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What to publish, and where.
 *
 * @param images images that are in a registry, by tag or digest, each a single image or an index
 * @param baseTags the tags that all the images are published under as one, at least one
 * @param archTags tags that point at one image each
 * @param platforms the platforms that the images must have, all of them and no others; empty for any
 * @param annotations annotations of the image index by key
 * @param prefer which image is used if two are for the same platform
 * @param superseded base tags and arch tags that are not moved, with the later build that published each
 * @param theirs what the later builds published under superseded arch tags, as far as it is known: a builder that
 *     cannot push by digest moves an arch tag when it builds
 * @param immutable whether a tag that exists must not move
 * @param built the image manifest that was built for each platform, as far as that is known: no other may be listed
 */
public record Publication(
        @NonNull List<ImageReference> images,
        @NonNull List<ImageReference> baseTags,
        @NonNull Map<ImageReference, ImageReference> archTags,
        @NonNull List<Platform> platforms,
        @NonNull Map<String, String> annotations,
        @NonNull DuplicateChoice prefer,
        @NonNull Map<ImageReference, String> superseded,
        @NonNull Map<ImageReference, Digest> theirs,
        boolean immutable,
        @NonNull Map<Platform, Digest> built)
        implements Serializable {

    public Publication {
        images = images.stream().distinct().toList();
        baseTags = baseTags.stream().distinct().toList();
        archTags = Collections.unmodifiableMap(new LinkedHashMap<>(archTags));
        platforms = List.copyOf(platforms);
        annotations = Annotations.checked(annotations);
        superseded = Collections.unmodifiableMap(new LinkedHashMap<>(superseded));
        theirs = Map.copyOf(theirs);
        // a build that an older version of the plugin began has none
        built = built == null ? Map.of() : Map.copyOf(built);
    }

    /** Returns a publication of images for any platforms as one. */
    @NonNull
    public static Publication of(@NonNull List<ImageReference> images, @NonNull List<ImageReference> baseTags) {
        return new Publication(
                images,
                baseTags,
                Map.of(),
                List.of(),
                Map.of(),
                DuplicateChoice.NEITHER,
                Map.of(),
                Map.of(),
                false,
                Map.of());
    }

    /** Returns what a request asks for, once its images are built. */
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
                DuplicateChoice.NEITHER,
                Map.of(),
                Map.of(),
                request.immutableTags(),
                built.stream()
                        .collect(Collectors.toMap(
                                BuiltImage::platform, image -> image.image().knownDigest())));
    }

    /** Returns this publication with annotations of the image index. */
    @NonNull
    public Publication withAnnotations(@NonNull Map<String, String> others) {
        return new Publication(
                images, baseTags, archTags, platforms, others, prefer, superseded, theirs, immutable, built);
    }

    /** Returns this publication with a rule for two images of one platform. */
    @NonNull
    public Publication preferring(@NonNull DuplicateChoice other) {
        return new Publication(
                images, baseTags, archTags, platforms, annotations, other, superseded, theirs, immutable, built);
    }

    /**
     * Returns this publication without moving some of the tags; the value is the later build that published the tag.
     */
    @NonNull
    public Publication leaving(@NonNull Map<ImageReference, String> tags) {
        return new Publication(
                images, baseTags, archTags, platforms, annotations, prefer, tags, theirs, immutable, built);
    }

    /**
     * Returns this publication with what later builds published under tags: an arch tag that shows this build's image
     * although it is superseded is set back to it.
     */
    @NonNull
    public Publication restoring(@NonNull Map<ImageReference, Digest> tags) {
        return new Publication(
                images, baseTags, archTags, platforms, annotations, prefer, superseded, tags, immutable, built);
    }

    /** Returns this publication with tags that must not, or may, move if they exist. */
    @NonNull
    public Publication immutable(boolean wanted) {
        return new Publication(
                images, baseTags, archTags, platforms, annotations, prefer, superseded, theirs, wanted, built);
    }

    /** Returns the base tags and the arch tags. */
    @NonNull
    public List<ImageReference> allTags() {
        List<ImageReference> tags = new ArrayList<>(baseTags);
        tags.addAll(archTags.keySet());
        return tags;
    }
}
