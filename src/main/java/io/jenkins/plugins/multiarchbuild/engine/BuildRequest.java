package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that a build needs to know before it starts. A request that exists is valid.
 *
 * @param platforms the platforms to build, at least one, without duplicates
 * @param baseTags the tags to publish the image under, all with a tag and without a digest; at least one if anything is
 *     pushed, unless they are added once the source is known
 * @param source the source of the build
 * @param options options of the build
 * @param builder name of the buildx builder, or null for the agent's current one
 * @param archTags whether and how single platforms are tagged as well
 * @param push whether the platforms' images are pushed; if not, they are only built
 * @param publish whether the image index is published under the base tags; never if nothing is pushed
 * @param immutableTags whether base tags and arch tags that exist must not move
 */
public record BuildRequest(
        @NonNull List<Platform> platforms,
        @NonNull List<ImageReference> baseTags,
        @NonNull BuildSource source,
        @NonNull BuildOptions options,
        @CheckForNull String builder,
        @NonNull ArchTags archTags,
        boolean push,
        boolean publish,
        boolean immutableTags)
        implements Serializable {

    /** @throws InvalidRequestException if the builder's name is invalid, or if a tag would stand for two things */
    public BuildRequest {
        platforms = List.copyOf(platforms);
        baseTags = List.copyOf(baseTags);
        publish = publish && push;
        checkBuilder(builder);
        checkCache(platforms, baseTags, options, archTags);
        Map<ImageReference, Platform> owners = new HashMap<>();
        for (ImageReference baseTag : baseTags) {
            for (Platform platform : platforms) {
                ImageReference archTag = archTags.tag(baseTag, platform);
                Platform other = owners.putIfAbsent(archTag, platform);
                if ((other != null && !other.equals(platform)) || (archTags.wanted() && baseTags.contains(archTag))) {
                    throw new InvalidRequestException(
                            other == null || other.equals(platform)
                                    ? Sentence.of("BuildRequest.archTagIsBaseTag", archTag, platform)
                                    : Sentence.of("BuildRequest.archTagTwice", archTag, platform, other));
                }
            }
        }
    }

    /**
     * Returns the name of a builder.
     *
     * @param builder the name, or null for the agent's current one
     * @throws InvalidRequestException if no builder can have that name
     */
    @CheckForNull
    public static String checkBuilder(@CheckForNull String builder) {
        if (builder != null && !builder.matches("[a-zA-Z0-9][\\w.-]*")) {
            throw new InvalidRequestException(Sentence.of("BuildRequest.noBuilderName", builder));
        }
        return builder;
    }

    /** A request that pushes what it builds, and whose tags may move. */
    public BuildRequest(
            @NonNull List<Platform> platforms,
            @NonNull List<ImageReference> baseTags,
            @NonNull BuildSource source,
            @NonNull BuildOptions options,
            @CheckForNull String builder,
            @NonNull ArchTags archTags,
            boolean publish) {
        this(platforms, baseTags, source, options, builder, archTags, true, publish, false);
    }

    private static void checkCache(
            List<Platform> platforms, List<ImageReference> baseTags, BuildOptions options, ArchTags archTags) {
        for (ImageReference baseTag : baseTags) {
            for (Platform platform : platforms) {
                for (ImageReference tag : List.of(baseTag, archTags.tag(baseTag, platform))) {
                    if (platforms.stream().anyMatch(other -> options.cache().writes(tag, other))) {
                        throw new InvalidRequestException(Sentence.of("BuildRequest.cacheTag", tag, tag.repository()));
                    }
                }
            }
        }
    }

    /**
     * Reads the base tags of a request; one named twice counts once.
     *
     * @throws InvalidRequestException if there is none or one is not a valid base tag
     */
    @NonNull
    public static List<ImageReference> parseBaseTags(@NonNull Collection<String> texts) {
        LinkedHashSet<ImageReference> tags = new LinkedHashSet<>();
        for (String text : texts) {
            tags.add(ImageReference.parseTag(text));
        }
        if (tags.isEmpty()) {
            throw new InvalidRequestException(Sentence.of("BuildRequest.noBaseTag"));
        }
        return List.copyOf(tags);
    }

    /** Returns this request with another source. */
    @NonNull
    public BuildRequest withSource(@NonNull BuildSource other) {
        return new BuildRequest(platforms, baseTags, other, options, builder, archTags, push, publish, immutableTags);
    }

    /**
     * Returns this request with other base tags.
     *
     * @throws InvalidRequestException if a tag would stand for two things
     */
    @NonNull
    public BuildRequest withBaseTags(@NonNull List<ImageReference> others) {
        return new BuildRequest(platforms, others, source, options, builder, archTags, push, publish, immutableTags);
    }

    /** Returns this request with another builder. */
    @NonNull
    public BuildRequest withBuilder(@NonNull String other) {
        return new BuildRequest(platforms, baseTags, source, options, other, archTags, push, publish, immutableTags);
    }

    /** Returns this request with other options. */
    @NonNull
    public BuildRequest withOptions(@NonNull BuildOptions other) {
        return new BuildRequest(platforms, baseTags, source, other, builder, archTags, push, publish, immutableTags);
    }

    /** Returns this request with other options of the cache. */
    @NonNull
    public BuildRequest withCache(@NonNull CacheOptions cache) {
        return withOptions(options.withCache(cache));
    }

    /** Returns the base tags and, if there are any, the arch tags. */
    @NonNull
    public Set<ImageReference> allTags() {
        Set<ImageReference> tags = new LinkedHashSet<>(baseTags);
        if (archTags.wanted()) {
            baseTags.forEach(tag -> platforms.forEach(platform -> tags.add(archTags.tag(tag, platform))));
        }
        return tags;
    }

    /**
     * Returns the first base tag, in whose repository every platform's image is pushed before anything is published.
     */
    @NonNull
    public ImageReference pushTag() {
        return baseTags.get(0);
    }
}
