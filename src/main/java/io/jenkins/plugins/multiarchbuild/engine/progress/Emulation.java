package io.jenkins.plugins.multiarchbuild.engine.progress;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.Set;

/**
 * Which steps of a bake are emulated.
 *
 * @param platforms the platforms that the builder emulates
 * @param nativeStages the stages of these platforms that it runs natively all the same, because the Dockerfile says so:
 *     platform, image if there are several, and stage, such as {@code linux/arm64 app build}
 */
public record Emulation(
        @NonNull Set<Platform> platforms, @NonNull Set<String> nativeStages) {

    /** There is none, or it is not known. */
    public static final Emulation NONE = new Emulation(Set.of(), Set.of());

    public Emulation {
        platforms = Set.copyOf(platforms);
        nativeStages = Set.copyOf(nativeStages);
    }

    /** Whether a step is emulated. */
    boolean covers(@NonNull BakeStep step) {
        return step.isRun()
                && step.platform() != null
                && platforms.contains(step.platform())
                && !nativeStages.contains(step.stage());
    }
}
