package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Everything that is to be known before a build starts; one that exists is a valid one.
 *
 * @param platforms the platforms to build, at least one, none twice
 * @param baseTags the tags to publish the image under, at least one, all with a tag and without a digest
 * @param source where the source is
 * @param options what is handed through to the build
 * @param builder name of the buildx builder, or null for the agent's current one
 * @param archTags whether and how single platforms are tagged too
 * @param publish whether the image index is published under the base tags
 */
public record BuildRequest(
        @NonNull List<Platform> platforms,
        @NonNull List<ImageReference> baseTags,
        @NonNull BuildSource source,
        @NonNull BuildOptions options,
        @CheckForNull String builder,
        @NonNull ArchTags archTags,
        boolean publish) {

    /** @throws InvalidRequestException if the builder's name is invalid, or if two platforms would get the same
     *     arch tag or a cache and an image the same tag */
    public BuildRequest {
        platforms = List.copyOf(platforms);
        baseTags = List.copyOf(baseTags);
        if (builder != null && !builder.matches("[a-zA-Z0-9][\\w.-]*")) {
            throw new InvalidRequestException("builder: '" + builder
                    + "' is not the name of a builder. 'docker buildx ls' on the agent shows those it has.");
        }
        checkCache(platforms, baseTags, options, archTags);
        Map<ImageReference, Platform> owners = new HashMap<>();
        for (ImageReference baseTag : baseTags) {
            for (Platform platform : platforms) {
                ImageReference archTag = archTags.tag(baseTag, platform);
                Platform other = owners.putIfAbsent(archTag, platform);
                if ((other != null && !other.equals(platform)) || (archTags.wanted() && baseTags.contains(archTag))) {
                    throw new InvalidRequestException("The arch tag " + archTag + " of " + platform
                            + " is also "
                            + (other == null || other.equals(platform) ? "a base tag" : "that of " + other)
                            + ". Give the platforms suffixes of their own with archTags.");
                }
            }
        }
    }

    private static void checkCache(
            List<Platform> platforms, List<ImageReference> baseTags, BuildOptions options, ArchTags archTags) {
        for (ImageReference baseTag : baseTags) {
            for (Platform platform : platforms) {
                for (ImageReference tag : List.of(baseTag, archTags.tag(baseTag, platform))) {
                    if (platforms.stream().anyMatch(other -> options.cache().writes(tag, other))) {
                        throw new InvalidRequestException("cacheTo: the tag " + tag
                                + " is the image's own and would be overwritten by the cache. Give the cache another,"
                                + " for example '" + tag.repository() + ":cache'.");
                    }
                }
            }
        }
    }

    /**
     * Reads the base tags of a request; one named twice counts once.
     *
     * @throws InvalidRequestException if there is none or one is no valid base tag
     */
    @NonNull
    public static List<ImageReference> parseBaseTags(@NonNull Collection<String> texts) {
        LinkedHashSet<ImageReference> tags = new LinkedHashSet<>();
        for (String text : texts) {
            tags.add(ImageReference.parseTag(text));
        }
        if (tags.isEmpty()) {
            throw new InvalidRequestException(
                    "No base tag. Name at least one, for example baseTags: ['registry.example.com/team/app:1.0'].");
        }
        return List.copyOf(tags);
    }

    /** The repository that every platform's image is pushed to before anything is published: that of the first base tag. */
    @NonNull
    public ImageReference pushTag() {
        return baseTags.get(0);
    }
}
