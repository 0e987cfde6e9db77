package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a call was waiting for, read backwards: from what ended last to what had ended last when that began, first
 * through the phases, then, in each of the bakes among them, through the steps of the platform that ended last, or that
 * failed.
 */
final class CriticalPath {

    /** Times of steps are rounded to this, in milliseconds. */
    private static final long ROUNDING = 100;

    private static final Comparator<TimelineEntry> LAST =
            Comparator.comparingLong(TimelineEntry::end).thenComparingLong(TimelineEntry::getStart);

    private final Set<TimelineEntry> found = Collections.newSetFromMap(new IdentityHashMap<>());

    private CriticalPath(List<TimelineEntry> entries) {
        List<TimelineEntry> phases =
                entries.stream().filter(entry -> !entry.isStep()).toList();
        walk(phases, last(phases, entry -> true), 0);
        for (TimelineEntry bake : List.copyOf(found)) {
            if (bake.kind() == TimelineEntry.Kind.BAKE) {
                List<TimelineEntry> steps = entries.stream()
                        .filter(entry -> entry.isStep() && !entry.isCached() && isIn(bake, entry))
                        .toList();
                TimelineEntry failed = last(steps, step -> step.getPlatform() != null && step.isFailed());
                TimelineEntry end = failed == null ? last(steps, step -> step.getPlatform() != null) : failed;
                if (end != null) {
                    walk(
                            steps.stream()
                                    .filter(step -> isFor(end.getPlatform(), step))
                                    .toList(),
                            end,
                            ROUNDING);
                }
            }
        }
    }

    /** Returns the same entries, with those marked that are on the path. */
    @NonNull
    static List<TimelineEntry> mark(@NonNull List<TimelineEntry> entries) {
        CriticalPath path = new CriticalPath(entries);
        return entries.stream()
                .map(entry -> path.found.contains(entry) ? entry.onCriticalPath() : entry)
                .toList();
    }

    /** Whether a step belongs to a bake. */
    static boolean isIn(@NonNull TimelineEntry bake, @NonNull TimelineEntry step) {
        return Objects.equals(bake.getGroup(), step.getGroup())
                && step.getStart() >= bake.getStart()
                && step.getStart() <= bake.end();
    }

    /** Whether a step is for a platform, or for all of them. */
    private static boolean isFor(@CheckForNull String platform, TimelineEntry step) {
        String own = step.getPlatform();
        return own == null || own.equals(platform);
    }

    private void walk(List<TimelineEntry> entries, @CheckForNull TimelineEntry end, long tolerance) {
        for (TimelineEntry each = end; each != null; ) {
            found.add(each);
            TimelineEntry current = each;
            each = last(
                    entries,
                    entry -> !found.contains(entry)
                            && entry.getStart() <= current.getStart()
                            && entry.end() - entry.getSlackMillis() <= current.getStart() + tolerance);
        }
    }

    @CheckForNull
    private static TimelineEntry last(List<TimelineEntry> entries, Predicate<TimelineEntry> which) {
        return entries.stream().filter(which).max(LAST).orElse(null);
    }
}
