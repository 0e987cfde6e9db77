package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.TagState;
import java.io.Serializable;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A tag on the page of a run: what publishing did to it, and what it pointed at before. */
@ExportedBean
public final class TagReport implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String tag;
    private final String outcome;
    private final String before;
    private final String now;

    /** @param state what publishing left */
    public TagReport(@NonNull TagState state) {
        this(state.tag().toString(), state.outcome().name(), text(state.before()), text(state.now()));
    }

    @CheckForNull
    private static String text(@CheckForNull Digest digest) {
        return digest == null ? null : digest.value();
    }

    private TagReport(String tag, String outcome, @CheckForNull String before, @CheckForNull String now) {
        this.tag = tag;
        this.outcome = outcome;
        this.before = before;
        this.now = now;
    }

    /** The same, with what the tag pointed at when an earlier report of the same step was made. */
    @NonNull
    TagReport startingFrom(@NonNull TagReport earlier) {
        return new TagReport(tag, outcome, earlier.before, now);
    }

    /** The whole reference. */
    @NonNull
    @Exported
    public String getTag() {
        return tag;
    }

    /** How publishing ended for it: the name of a {@link TagState.Outcome}. */
    @NonNull
    @Exported
    public String getOutcome() {
        return outcome;
    }

    /** The digest that it pointed at before, or null for nothing. */
    @CheckForNull
    @Exported
    public String getBefore() {
        return before;
    }

    /** The digest that it points at now, or null for nothing or not known. */
    @CheckForNull
    @Exported
    public String getNow() {
        return now;
    }

    /** Whether it points at what was to be published. */
    public boolean isPublished() {
        return outcome.equals(TagState.Outcome.PUBLISHED.name());
    }

    /** The outcome for people. */
    @NonNull
    public String getOutcomeText() {
        return switch (TagState.Outcome.valueOf(outcome)) {
            case PUBLISHED ->
                now != null && now.equals(before) ? Messages.TagReport_unchanged() : Messages.TagReport_moved();
            case NOT_MOVED -> Messages.TagReport_notMoved();
            case OVERWRITTEN -> Messages.TagReport_overwritten();
            case UNKNOWN -> Messages.TagReport_unknown();
        };
    }

    /** What it pointed at before as a reference with which it can be set back, or null for nothing. */
    @CheckForNull
    public String getBeforeReference() {
        return before == null
                ? null
                : ImageReference.parse(tag).at(new Digest(before)).toString();
    }

    /** The beginning of the digest that it pointed at before, or nothing. */
    @NonNull
    public String getShortBefore() {
        return before == null ? "" : new Digest(before).abbreviated();
    }
}
