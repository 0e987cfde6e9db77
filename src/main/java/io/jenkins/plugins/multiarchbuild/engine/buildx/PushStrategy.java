package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;

/** How the images of single platforms get into the registry before the image index is published. */
public enum PushStrategy {
    /** By digest alone, so that no tag exists before everything is built. */
    BY_DIGEST("its driver pushes by digest, so no tag exists before everything is built"),

    /** Under an arch tag each, for builders that cannot push by digest. */
    ARCH_TAGS("its driver cannot push by digest, so each platform is pushed under an arch tag as soon as it is built");

    private final String reason;

    PushStrategy(String reason) {
        this.reason = reason;
    }

    /**
     * The strategy for a driver, after the
     * <a href="https://docs.docker.com/build/builders/drivers/">drivers that buildx has</a>.
     */
    @NonNull
    public static PushStrategy forDriver(@NonNull String driver) {
        return driver.equals("docker") ? ARCH_TAGS : BY_DIGEST;
    }

    /** Half a sentence for the log on why this strategy was chosen. */
    @NonNull
    public String reason() {
        return reason;
    }
}
