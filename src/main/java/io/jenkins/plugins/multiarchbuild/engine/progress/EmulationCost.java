package io.jenkins.plugins.multiarchbuild.engine.progress;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Compares what {@code RUN} took for emulated platforms with the same steps of a platform that was built natively. */
final class EmulationCost {

    /** How many seconds of emulation are worth a line. */
    private static final int WORTH_A_LINE = 5;

    private EmulationCost() {}

    /**
     * Returns one line for each platform whose emulation took long. Only steps that ran for both platforms in this bake
     * count.
     */
    @NonNull
    static List<Sentence> of(@NonNull Collection<BakeStep> steps, @NonNull Emulation emulation) {
        return emulation.platforms().stream()
                .sorted(Comparator.comparing(Platform::toString))
                .flatMap(platform -> of(platform, steps, emulation).stream())
                .toList();
    }

    private static Optional<Sentence> of(Platform platform, Collection<BakeStep> steps, Emulation emulation) {
        double slow = 0;
        double fast = 0;
        BakeStep slowest = null;
        BakeStep same = null;
        for (BakeStep step : steps) {
            boolean slowly = platform.equals(step.platform()) && emulation.covers(step) && step.seconds() > 0;
            BakeStep other = slowly ? natively(step, steps, emulation.platforms()) : null;
            if (other != null) {
                slow += step.seconds();
                fast += other.seconds();
                if (slowest == null || step.seconds() > slowest.seconds()) {
                    slowest = step;
                    same = other;
                }
            }
        }
        return slowest != null && slow - fast >= WORTH_A_LINE
                ? Optional.of(line(slow, fast, slowest, same))
                : Optional.empty();
    }

    private static Sentence line(double slow, double fast, BakeStep slowest, BakeStep same) {
        return Sentence.of(
                "EmulationCost.line",
                slowest.platform(),
                seconds(slow),
                seconds(fast),
                same.platform(),
                slowest.shortName(),
                seconds(slowest.seconds()));
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f", seconds);
    }

    @CheckForNull
    private static BakeStep natively(BakeStep step, Collection<BakeStep> steps, Set<Platform> emulated) {
        return steps.stream()
                .filter(other -> other.platform() != null && !emulated.contains(other.platform()))
                .filter(other ->
                        other.isRun() && other.seconds() > 0 && other.name().equals(step.name()))
                .findFirst()
                .orElse(null);
    }
}
