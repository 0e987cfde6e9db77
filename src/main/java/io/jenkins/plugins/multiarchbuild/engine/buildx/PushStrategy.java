package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;

/** How images of single platforms are pushed before the image index is published, if at all. */
public enum PushStrategy {
    /** By digest alone, so that no tag exists before everything is built. */
    BY_DIGEST("its driver pushes by digest, so no tag exists before everything is built"),

    /** Each under an arch tag, for builders that cannot push by digest. */
    ARCH_TAGS("its driver cannot push by digest, so each platform is pushed under an arch tag as soon as it is built"),

    /** Not at all. */
    NONE("push is false, so nothing is pushed");

    private final String reason;

    PushStrategy(String reason) {
        this.reason = reason;
    }

    /**
     * Returns the strategy for a driver, after the
     * <a href="https://docs.docker.com/build/builders/drivers/">drivers that buildx has</a>.
     */
    @NonNull
    public static PushStrategy forDriver(@NonNull String driver) {
        return driver.equals("docker") ? ARCH_TAGS : BY_DIGEST;
    }

    /** Returns the strategy for a request and the driver of the builder that builds it. */
    @NonNull
    public static PushStrategy of(@NonNull BuildRequest request, @NonNull String driver) {
        return request.push() ? forDriver(driver) : NONE;
    }

    /** Returns why this strategy was chosen, as a part of a sentence for the log. */
    @NonNull
    public String reason() {
        return reason;
    }
}
