package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;

/**
 * The state of a tag after publishing.
 *
 * @param tag the tag
 * @param outcome the outcome
 * @param before what it pointed at when publishing began, or null for nothing
 * @param now what it points at, or null for nothing or, with {@link Outcome#UNKNOWN}, for not known
 * @param supersededBy the later build that had published it, or null unless {@link Outcome#SUPERSEDED}
 */
public record TagState(
        @NonNull ImageReference tag,
        @NonNull Outcome outcome,
        @CheckForNull Digest before,
        @CheckForNull Digest now,
        @CheckForNull String supersededBy)
        implements Serializable {

    /** The outcome of publishing for a tag. */
    public enum Outcome {
        /** It points at what was published. */
        PUBLISHED,
        /** It points at what it pointed at before. */
        NOT_MOVED,
        /** It points at something else: somebody published to it at the same time. */
        OVERWRITTEN,
        /** It was not moved, because a later build had published it already. */
        SUPERSEDED,
        /** The registry does not tell what it points at. */
        UNKNOWN
    }

    /** Creates the state of a tag that no later build had published. */
    public TagState(
            @NonNull ImageReference tag,
            @NonNull Outcome outcome,
            @CheckForNull Digest before,
            @CheckForNull Digest now) {
        this(tag, outcome, before, now, null);
    }

    /** Returns the state of a tag that should point at {@code wanted} and points at {@code now}. */
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

    /** Returns what happened to the tag and what it pointed at before, as a part of a sentence. */
    @NonNull
    public Sentence sentence() {
        Object nothing = Sentence.of("TagState.nothing");
        Object was = before == null ? nothing : before;
        return switch (outcome) {
            case PUBLISHED ->
                now != null && now.equals(before)
                        ? Sentence.of("TagState.same", tag)
                        : Sentence.of("TagState.moved", tag, was);
            case NOT_MOVED -> Sentence.of("TagState.notMoved", tag, was);
            case OVERWRITTEN -> Sentence.of("TagState.overwritten", tag, now == null ? nothing : now, was);
            case SUPERSEDED -> Sentence.of("TagState.superseded", tag, supersededBy, was);
            case UNKNOWN -> Sentence.of("TagState.unknown", tag, was);
        };
    }

    /** Returns {@link #sentence} in English. */
    @Override
    public String toString() {
        return sentence().toString();
    }
}
