package io.jenkins.plugins.multiarchbuild.timeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.progress.BakeProgress;
import io.jenkins.plugins.multiarchbuild.engine.progress.PlatformSteps;
import io.jenkins.plugins.multiarchbuild.engine.progress.TimedStep;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the steps of a bake took, and when they ran. */
public final class BakeSteps {

    private static final Pattern FROM =
            Pattern.compile("\\[[^\\]]*\\] FROM (?<image>\\S+)@(?<digest>sha256:[0-9a-f]{64})");

    private final PlannedGroup group;
    private final Map<?, ?> taken;
    private final List<TimedStep> timed;

    private BakeSteps(PlannedGroup group, Map<?, ?> taken, List<TimedStep> timed) {
        this.group = group;
        this.taken = taken;
        this.timed = timed;
    }

    /**
     * Reads the log that a bake has left on its agent; there need not be one.
     *
     * @param images the images whose steps are counted; all platforms of the bake are among theirs
     */
    @NonNull
    public static BakeSteps read(@NonNull Agent agent, @NonNull PlannedGroup group, @NonNull List<ImageKey> images)
            throws IOException, InterruptedException {
        FilePath directory = agent.privateDirectory(group.id());
        List<Platform> platforms = group.group().platforms();
        // an agent may answer anything
        Object answer = directory.act(new ReadLog(images));
        if (!(answer instanceof ReadLog.Found found) || found.taken() == null || found.timed() == null) {
            return new BakeSteps(group, Map.of(), List.of());
        }
        List<TimedStep> timed = new ArrayList<>();
        for (Object each : found.timed()) {
            if (timed.size() < BakeProgress.MOST_TIMED
                    && each instanceof TimedStep step
                    && (step.platform() == null || platforms.contains(step.platform()))) {
                timed.add(step);
            }
        }
        return new BakeSteps(group, found.taken(), timed);
    }

    /** Returns what the steps of an image took, or null if unknown. */
    @CheckForNull
    public PlatformSteps of(@NonNull ImageKey image) {
        return taken.get(image) instanceof PlatformSteps steps ? steps : null;
    }

    /**
     * Returns the images that each platform was built on: digests by names such as {@code docker.io/library/debian:12}, as
     * far as BuildKit tells them.
     */
    @NonNull
    public Map<Platform, Map<String, String>> bases() {
        Map<Platform, Map<String, String>> bases = new LinkedHashMap<>();
        for (TimedStep step : timed) {
            Matcher from = FROM.matcher(step.name() == null ? "" : step.name());
            if (step.platform() != null && from.matches()) {
                bases.computeIfAbsent(step.platform(), key -> new LinkedHashMap<>())
                        .put(from.group("image"), from.group("digest"));
            }
        }
        return bases;
    }

    /**
     * Shows on the page of the run when the steps ran.
     *
     * @param id identifies the call within the run
     * @param start when the bake began, in milliseconds since 1970 by the clock of the controller
     */
    public void report(@NonNull Agent agent, @NonNull String id, long start) throws IOException, InterruptedException {
        long longest = Math.max(0, System.currentTimeMillis() - start);
        List<TimelineEntry> entries = new ArrayList<>();
        for (TimedStep step : timed) {
            if (step.startMillis() <= longest) {
                entries.add(TimelineEntry.step(group.name(), within(longest, step), name(agent, step), start));
            }
        }
        MultiArchReport.addSteps(agent.run(), id, group.name(), start, entries);
    }

    /** The clock of an agent may be wrong, or an agent may be. */
    private static TimedStep within(long longest, TimedStep step) {
        return new TimedStep(
                step.platform(),
                step.name(),
                step.startMillis(),
                Math.min(step.millis(), longest - step.startMillis()),
                Math.min(step.slackMillis(), longest),
                step.outcome());
    }

    /** Returns a name as the log shows it; what may be only a part of a secret is left out. */
    @CheckForNull
    private static String name(Agent agent, TimedStep step) throws IOException, InterruptedException {
        String name = step.name();
        if (name == null) {
            return null;
        }
        return name.length() == TimedStep.LONGEST_NAME
                ? "..."
                : agent.masked(new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
}
