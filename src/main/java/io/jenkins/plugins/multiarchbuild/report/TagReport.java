package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.registry.TagState;
import java.io.Serializable;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A tag on the page of a run: its outcome, and what it pointed at before. */
@ExportedBean
public final class TagReport implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String tag;
    private final String outcome;
    private final String before;
    private final String now;
    private final String supersededBy;

    /** @param state the state of the tag after publishing */
    public TagReport(@NonNull TagState state) {
        this(
                state.tag().toString(),
                state.outcome().name(),
                text(state.before()),
                text(state.now()),
                state.supersededBy());
    }

    @CheckForNull
    private static String text(@CheckForNull Digest digest) {
        return digest == null ? null : digest.value();
    }

    private TagReport(
            String tag,
            String outcome,
            @CheckForNull String before,
            @CheckForNull String now,
            @CheckForNull String supersededBy) {
        this.tag = tag;
        this.outcome = outcome;
        this.before = before;
        this.now = now;
        this.supersededBy = supersededBy;
    }

    /** Returns the same with what the tag pointed at according to an earlier report of the same step. */
    @NonNull
    TagReport startingFrom(@NonNull TagReport earlier) {
        return new TagReport(tag, outcome, earlier.before, now, supersededBy);
    }

    /** Returns the whole reference. */
    @NonNull
    @Exported
    public String getTag() {
        return tag;
    }

    /** Returns its outcome, the name of a {@link TagState.Outcome}. */
    @NonNull
    @Exported
    public String getOutcome() {
        return outcome;
    }

    /** Returns the digest that it pointed at before, or null if it did not exist. */
    @CheckForNull
    @Exported
    public String getBefore() {
        return before;
    }

    /** Returns the digest that it points at now, or null if it does not exist or that is unknown. */
    @CheckForNull
    @Exported
    public String getNow() {
        return now;
    }

    /** Whether it points at the image that was to be published. */
    public boolean isPublished() {
        return outcome.equals(TagState.Outcome.PUBLISHED.name());
    }

    /** Returns the outcome in a readable form. */
    @NonNull
    public String getOutcomeText() {
        return switch (TagState.Outcome.valueOf(outcome)) {
            case PUBLISHED ->
                now != null && now.equals(before) ? Messages.TagReport_unchanged() : Messages.TagReport_moved();
            case NOT_MOVED -> Messages.TagReport_notMoved();
            case SUPERSEDED -> Messages.TagReport_superseded(supersededBy);
            case OVERWRITTEN -> Messages.TagReport_overwritten();
            case UNKNOWN -> Messages.TagReport_unknown();
        };
    }

    /** Returns the later build that had published it, such as {@code #42}, or null if it was not superseded. */
    @CheckForNull
    @Exported
    public String getSupersededBy() {
        return supersededBy;
    }

    /** Returns the reference that it can be set back to, or null if it did not exist before. */
    @CheckForNull
    public String getBeforeReference() {
        return before == null
                ? null
                : ImageReference.parse(tag).at(new Digest(before)).toString();
    }

    /** Returns the beginning of the digest that it pointed at before, or an empty text. */
    @NonNull
    public String getShortBefore() {
        return before == null ? "" : new Digest(before).abbreviated();
    }
}
