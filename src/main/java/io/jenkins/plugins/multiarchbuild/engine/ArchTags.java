package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;

/**
 * How the arch tag of a platform is made from a base tag.
 *
 * @param style where the suffix comes from
 * @param suffixes the suffixes that the user gave, for {@link Style#CUSTOM}
 */
public record ArchTags(@NonNull Style style, @NonNull PlatformMap suffixes) implements Serializable {

    /** Where the suffix of an arch tag comes from. */
    public enum Style {
        /** There are no arch tags. */
        NONE,
        /** The platform's own name: {@code -amd64}, {@code -arm64}, {@code -arm-v7}. */
        PLATFORM,
        /** What {@code uname -m} prints: {@code -x86_64}, {@code -aarch64}. */
        UNAME,
        /** The user's own suffixes. */
        CUSTOM
    }

    /** No arch tags. */
    public static final ArchTags NONE = new ArchTags(Style.NONE, PlatformMap.EMPTY);

    /**
     * Reads the parameter as written: {@code true}, {@code false} or {@code uname}.
     *
     * @throws InvalidRequestException if it is none of them
     */
    @NonNull
    public static ArchTags parse(@NonNull String text) {
        return switch (text.trim()) {
            case "", "false" -> NONE;
            case "true" -> new ArchTags(Style.PLATFORM, PlatformMap.EMPTY);
            case "uname" -> new ArchTags(Style.UNAME, PlatformMap.EMPTY);
            default -> throw new InvalidRequestException(Sentence.of("ArchTags.notUnderstood", text.trim()));
        };
    }

    /** Returns arch tags with the user's own suffixes; a platform without one gets its own name. */
    @NonNull
    public static ArchTags of(@NonNull PlatformMap suffixes) {
        return new ArchTags(Style.CUSTOM, suffixes);
    }

    /** Whether there are arch tags. */
    public boolean wanted() {
        return style != Style.NONE;
    }

    /**
     * Returns the tag of one platform for a base tag, whether or not arch tags are wanted.
     *
     * @throws InvalidRequestException if the suffix does not make a valid tag
     */
    @NonNull
    public ImageReference tag(@NonNull ImageReference baseTag, @NonNull Platform platform) {
        String suffix =
                style == Style.UNAME ? platform.uname() : suffixes.get(platform).orElse(platform.tagSuffix());
        return baseTag.withTagSuffix(suffix.startsWith("-") ? suffix.substring(1) : suffix);
    }
}
