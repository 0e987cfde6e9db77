package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;

/**
 * What publishing did to a tag.
 *
 * @param tag the tag
 * @param outcome how it ended
 * @param before what it pointed at when publishing began, or null for nothing
 * @param now what it points at, or null for nothing or, with {@link Outcome#UNKNOWN}, for not known
 */
public record TagState(
        @NonNull ImageReference tag,
        @NonNull Outcome outcome,
        @CheckForNull Digest before,
        @CheckForNull Digest now) {

    /** How publishing ended for a tag. */
    public enum Outcome {
        /** It points at what was to be published. */
        PUBLISHED,
        /** It points at what it pointed at before. */
        NOT_MOVED,
        /** It points at something else: somebody published to it at the same time. */
        OVERWRITTEN,
        /** The registry does not say what it points at. */
        UNKNOWN
    }

    /** The state of a tag that was to point at {@code wanted} and was found to point at {@code now}. */
    @NonNull
    static TagState found(
            @NonNull ImageReference tag,
            @NonNull Digest wanted,
            @CheckForNull Digest before,
            @CheckForNull Digest now) {
        if (wanted.equals(now)) {
            return new TagState(tag, Outcome.PUBLISHED, before, now);
        }
        boolean kept = before == null ? now == null : before.equals(now);
        return new TagState(tag, kept ? Outcome.NOT_MOVED : Outcome.OVERWRITTEN, before, now);
    }

    /** Half a sentence on the tag for a message: what happened to it and what it pointed at before. */
    @Override
    public String toString() {
        String was = before == null ? "nothing" : before.value();
        return tag
                + switch (outcome) {
                    case PUBLISHED ->
                        now != null && now.equals(before)
                                ? " points at the new image, as it did before"
                                : " has moved (before: " + was + ")";
                    case NOT_MOVED -> " has not moved (still: " + was + ")";
                    case OVERWRITTEN -> " points at " + (now == null ? "nothing" : now) + " (before: " + was + ")";
                    case UNKNOWN -> " may or may not have moved (before: " + was + ")";
                };
    }
}
