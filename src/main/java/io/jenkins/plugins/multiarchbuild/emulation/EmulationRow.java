package io.jenkins.plugins.multiarchbuild.emulation;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** What the agents with one label have emulated of one platform. */
@ExportedBean
public final class EmulationRow {

    private final String label;
    private final String platform;
    private final EmulatedSteps steps;

    EmulationRow(@NonNull String label, @NonNull String platform, @NonNull EmulatedSteps steps) {
        this.label = label;
        this.platform = platform;
        this.steps = steps;
    }

    /** Returns the label that builds asked for, or the agent if they asked for none; empty for all that are too many. */
    @NonNull
    @Exported
    public String getLabel() {
        return label;
    }

    /** Returns the platform that was emulated, for example {@code linux/arm64}; empty for all that are too many. */
    @NonNull
    @Exported
    public String getPlatform() {
        return platform;
    }

    /** Returns how many calls of the step built the platform by emulation. */
    @Exported
    public long getBuilds() {
        return steps.builds();
    }

    /** Returns what the platform's own steps took, in milliseconds. */
    @Exported
    public long getEmulatedMillis() {
        return steps.own();
    }

    /** Returns what those {@code RUN} steps took that a native platform ran in the same call, in milliseconds. */
    @Exported
    public long getComparedMillis() {
        return steps.compared();
    }

    /** Returns what the native platform took for these, in milliseconds. */
    @Exported
    public long getNativeMillis() {
        return steps.natively();
    }

    /** Returns the difference, in milliseconds; negative if they were faster by emulation. */
    @Exported
    public long getSavedMillis() {
        return steps.compared() - steps.natively();
    }

    /** Returns {@link #getEmulatedMillis} for the page. */
    @NonNull
    public String getEmulatedText() {
        return text(getEmulatedMillis());
    }

    /** Returns {@link #getComparedMillis} for the page. */
    @NonNull
    public String getComparedText() {
        return text(getComparedMillis());
    }

    /** Returns {@link #getNativeMillis} for the page. */
    @NonNull
    public String getNativeText() {
        return text(getNativeMillis());
    }

    /** Returns {@link #getSavedMillis} for the page. */
    @NonNull
    public String getSavedText() {
        return text(getSavedMillis());
    }

    /** Days would have to be added up. */
    private static String text(long millis) {
        return millis < 0
                ? "-" + text(-millis)
                : millis < TimeUnit.HOURS.toMillis(1)
                        ? Util.getTimeSpanString(millis)
                        : Messages.EmulationRow_hours(
                                String.format(Locale.ROOT, "%.1f", millis / (double) TimeUnit.HOURS.toMillis(1)));
    }
}
