package io.jenkins.plugins.multiarchbuild.engine.progress;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/**
 * What the steps of one platform took, as buildx reports it.
 *
 * @param steps number of the Dockerfile's steps
 * @param cached how many of them came from the cache
 * @param millis time of these steps, of base images and of the export in milliseconds; steps that run at the same time
 *     count in full
 */
public record PlatformSteps(int steps, int cached, long millis) implements Serializable {

    private static final int MILLIS = 1000;

    /** @throws IllegalArgumentException if the numbers contradict each other */
    public PlatformSteps {
        if (steps < 0 || cached < 0 || cached > steps || millis < 0) {
            throw new IllegalArgumentException(cached + " of " + steps + " steps in " + millis + " ms");
        }
    }

    /** Returns what the steps that have ended took. */
    @NonNull
    static PlatformSteps of(@NonNull Platform platform, @NonNull Collection<BakeStep> steps) {
        return of(platform, "", steps);
    }

    /**
     * Returns what the steps of one of several images took; of steps that these have in common, BuildKit tells one image.
     *
     * @param image its name, or empty for all of them
     */
    @NonNull
    static PlatformSteps of(@NonNull Platform platform, @NonNull String image, @NonNull Collection<BakeStep> steps) {
        List<BakeStep> own = steps.stream()
                .filter(step ->
                        step.isOf(image) && platform.equals(step.platform()) && step.isEnded() && !step.isInternal())
                .toList();
        return new PlatformSteps(
                count(own.stream().filter(BakeStep::isNumbered)),
                count(own.stream().filter(step -> step.isNumbered() && step.isCached())),
                Math.round(own.stream().mapToDouble(BakeStep::seconds).sum() * MILLIS));
    }

    /**
     * BuildKit may report the same step twice: once as cached and once with a time of its own, or under the name that it
     * has in another build at the same time, whose Dockerfile has another number of steps.
     */
    private static int count(Stream<BakeStep> steps) {
        Map<String, Map<String, Set<String>>> found = new HashMap<>();
        steps.map(BakeStep::numbered)
                .filter(Matcher::matches)
                .forEach(parts -> found.computeIfAbsent(
                                parts.group("stage") + parts.group("text"), key -> new HashMap<>())
                        .computeIfAbsent(parts.group("total"), key -> new HashSet<>())
                        .add(parts.group("number")));
        return found.values().stream()
                .mapToInt(totals ->
                        totals.values().stream().mapToInt(Set::size).max().orElse(0))
                .sum();
    }
}
