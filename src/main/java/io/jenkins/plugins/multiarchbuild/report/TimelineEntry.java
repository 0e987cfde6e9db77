package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.progress.TimedStep;
import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jvnet.localizer.Localizable;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A phase of a call, or a step of a bake, on the page of a run: what it was, and when it ran. */
@ExportedBean
public final class TimelineEntry implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The maximum number of characters of a name. */
    private static final int LONGEST_NAME = 200;

    private static final Pattern UNREADABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Cn}]");

    private final Kind kind;

    /** Null for a phase of the whole call. */
    private final String group;

    /** Null for a phase. */
    private final String platform;

    private final String name;
    private final long start;
    private final long millis;
    private final long slackMillis;

    /** Null for a phase. */
    private final TimedStep.Outcome outcome;

    /** Null in an entry that is saved: it follows from the others. */
    private final Boolean critical;

    /** What an entry is about. The names in the remote API are stable. */
    public enum Kind {
        PLAN("plan", Messages._TimelineEntry_plan()),
        PACK("pack", Messages._TimelineEntry_pack()),
        WAIT_FOR_AGENT("waitForAgent", Messages._TimelineEntry_waitForAgent()),
        SOURCE("source", Messages._TimelineEntry_source()),
        PREPARE("prepare", Messages._TimelineEntry_prepare()),
        BAKE("bake", Messages._TimelineEntry_bake()),
        VERIFY("verify", Messages._TimelineEntry_verify()),
        SMOKE_TEST("smokeTest", Messages._TimelineEntry_smokeTest()),
        WAIT_FOR_TAGS("waitForTags", Messages._TimelineEntry_waitForTags()),
        PUBLISH("publish", Messages._TimelineEntry_publish()),
        ARCHIVE("archive", Messages._TimelineEntry_archive()),
        CLEAN_UP("cleanUp", Messages._TimelineEntry_cleanUp()),
        STEP("step", Messages._TimelineEntry_step()),
        PUSH("push", Messages._TimelineEntry_push());

        private final String exported;
        private final transient Localizable text;

        Kind(String exported, Localizable text) {
            this.exported = exported;
            this.text = text;
        }

        /** Whether it is a part of a bake and not a phase of the call. */
        boolean isStep() {
            return this == STEP || this == PUSH;
        }

        /** Whether nothing is done meanwhile. */
        boolean isWait() {
            return this == WAIT_FOR_AGENT || this == WAIT_FOR_TAGS;
        }
    }

    private TimelineEntry(
            Kind kind,
            @CheckForNull String group,
            @CheckForNull String platform,
            @CheckForNull String name,
            long start,
            long millis,
            long slackMillis,
            @CheckForNull TimedStep.Outcome outcome,
            @CheckForNull Boolean critical) {
        this.kind = kind;
        this.group = group;
        this.platform = platform;
        this.name = name;
        this.start = start;
        this.millis = millis;
        this.slackMillis = slackMillis;
        this.outcome = outcome;
        this.critical = critical;
    }

    /**
     * Returns a phase.
     *
     * @param group the platforms that it is about, or null for the whole call
     * @param start in milliseconds since 1970
     * @param end in milliseconds since 1970
     */
    @NonNull
    public static TimelineEntry phase(@NonNull Kind kind, @CheckForNull String group, long start, long end) {
        // the clock of the controller may be set back meanwhile
        return new TimelineEntry(kind, group, null, null, start, Math.max(0, end - start), 0, null, null);
    }

    /**
     * Returns a step of a bake.
     *
     * @param group the platforms of the bake
     * @param name its name without secrets, or null for a push; what is too long is cut off
     * @param bakeStart when the bake began, in milliseconds since 1970
     */
    @NonNull
    public static TimelineEntry step(
            @NonNull String group, @NonNull TimedStep step, @CheckForNull String name, long bakeStart) {
        Platform platform = step.platform();
        return new TimelineEntry(
                step.isPush() ? Kind.PUSH : Kind.STEP,
                group,
                platform == null ? null : platform.toString(),
                name == null ? null : readable(name),
                bakeStart + step.startMillis(),
                step.millis(),
                step.slackMillis(),
                step.outcome(),
                null);
    }

    /** What no XML file may contain would break the file of the run; what is not visible could mislead. */
    private static String readable(String name) {
        String cut = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
        return UNREADABLE.matcher(cut).replaceAll("\ufffd");
    }

    /** Returns the same entry as a part of the critical path. */
    @NonNull
    TimelineEntry onCriticalPath() {
        return new TimelineEntry(kind, group, platform, name, start, millis, slackMillis, outcome, true);
    }

    @NonNull
    Kind kind() {
        return kind;
    }

    /** Returns what it is about: {@code waitForAgent}, {@code bake}, {@code step} and others. */
    @NonNull
    @Exported
    public String getKind() {
        return kind.exported;
    }

    /** Returns the platforms that were built together, comma-separated; null for a phase of the whole call. */
    @CheckForNull
    @Exported
    public String getGroup() {
        return group;
    }

    /** Returns the platform of a step, or null for a phase, and for a step of several platforms. */
    @CheckForNull
    @Exported
    public String getPlatform() {
        return platform;
    }

    /** Returns the name of a step, or null for a phase and for a push. */
    @CheckForNull
    @Exported
    public String getName() {
        return name;
    }

    /** Returns when it began, in milliseconds since 1970 by the clock of the controller. */
    @Exported
    public long getStart() {
        return start;
    }

    /** Returns what it took, in milliseconds. */
    @Exported
    public long getMillis() {
        return millis;
    }

    /** Returns by how many milliseconds it may have begun and ended earlier. */
    @Exported
    public long getSlackMillis() {
        return slackMillis;
    }

    /** Returns how a step ended: {@code done}, {@code cached}, {@code failed} or {@code stopped}; null for a phase. */
    @CheckForNull
    @Exported
    public String getOutcome() {
        return outcome == null ? null : outcome.name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is on the critical path. */
    @Exported
    public boolean isCritical() {
        return critical != null;
    }

    /** Returns when it ended, in milliseconds since 1970. */
    long end() {
        return start + millis;
    }

    /** Whether it is a step that came from the cache. */
    public boolean isCached() {
        return outcome == TimedStep.Outcome.CACHED;
    }

    /** Whether it is a step that failed. */
    public boolean isFailed() {
        return outcome == TimedStep.Outcome.FAILED;
    }

    /** Whether it is part of a bake. */
    public boolean isStep() {
        return kind.isStep();
    }

    /** Returns what it is, as a text: the name of a step, or what happens in a phase. */
    @NonNull
    public String getTitle() {
        return name == null ? kind.text.toString() : name;
    }

    /** Returns what it took, as a text; how it ended if that is not as usual. */
    @NonNull
    public String getDurationText() {
        if (isCached()) {
            return Messages.TimelineEntry_cached();
        }
        String taken = Util.getTimeSpanString(millis);
        if (isFailed()) {
            return Messages.TimelineEntry_failed(taken);
        }
        return outcome == TimedStep.Outcome.STOPPED ? Messages.TimelineEntry_stopped(taken) : taken;
    }
}
