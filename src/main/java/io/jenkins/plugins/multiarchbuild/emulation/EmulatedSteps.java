package io.jenkins.plugins.multiarchbuild.emulation;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What emulated steps took, in milliseconds, as builds have measured it.
 *
 * @param builds how many calls of the step built the platform by emulation
 * @param own what the platform's own steps took
 * @param compared what those {@code RUN} steps took by emulation that a native platform of the same call ran as well
 * @param natively what the native platform took for these
 */
record EmulatedSteps(long builds, long own, long compared, long natively) {

    static final EmulatedSteps NONE = new EmulatedSteps(0, 0, 0, 0);

    private static final Pattern RUN = Pattern.compile("\\[(?:\\S+ ){0,2}\\d+/\\d+\\] RUN .*", Pattern.DOTALL);

    /** An agent may claim anything. */
    private static final long LONGEST = TimeUnit.DAYS.toMillis(31);

    /**
     * Returns what a platform's own steps have taken in one call.
     *
     * @param image the report of a call that has ended
     * @param platform one that was emulated, with steps that were measured
     */
    @NonNull
    static EmulatedSteps of(@NonNull ImageReport image, @NonNull PlatformReport platform) {
        String own = platform.getPlatform();
        List<String> emulated = image.getPlatforms().stream()
                .filter(PlatformReport::isEmulated)
                .map(PlatformReport::getPlatform)
                .toList();
        Map<String, Long> slow = new HashMap<>();
        Map<String, Long> fast = new HashMap<>();
        Set<String> unsure = new HashSet<>();
        for (TimelineEntry run : image.timeline()) {
            if (run.getName() != null && RUN.matcher(run.getName()).matches()) {
                boolean ran = "done".equals(run.getOutcome()) && run.getMillis() > 0;
                if (own.equals(run.getPlatform())) {
                    // of several bakes, another one may be the one whose steps were measured
                    if (!ran || slow.put(run.getName(), run.getMillis()) != null) {
                        unsure.add(run.getName());
                    }
                } else if (ran && run.getPlatform() != null && !emulated.contains(run.getPlatform())) {
                    fast.merge(run.getName(), run.getMillis(), Math::max);
                }
            }
        }
        slow.keySet().removeAll(unsure);
        slow.keySet().retainAll(fast.keySet());
        fast.keySet().retainAll(slow.keySet());
        return new EmulatedSteps(1, bounded(platform.getStepMillis()), sum(slow), sum(fast));
    }

    private static long sum(Map<String, Long> runs) {
        return bounded(runs.values().stream().mapToLong(Long::longValue).sum());
    }

    private static long bounded(long millis) {
        return Math.max(0, Math.min(millis, LONGEST));
    }

    /** Returns the sum of both. */
    @NonNull
    EmulatedSteps plus(@NonNull EmulatedSteps other) {
        return new EmulatedSteps(
                builds + other.builds, own + other.own, compared + other.compared, natively + other.natively);
    }
}
