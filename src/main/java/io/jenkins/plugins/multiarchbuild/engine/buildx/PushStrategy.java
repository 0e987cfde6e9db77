package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;

/** How images of single platforms are pushed before the image index is published, if at all. */
public enum PushStrategy {
    /** By digest alone, so that no tag exists before everything is built. */
    BY_DIGEST("PushStrategy.byDigest"),

    /** Each under an arch tag, for builders that cannot push by digest. */
    ARCH_TAGS("PushStrategy.archTags"),

    /** Not at all. */
    NONE("PushStrategy.none");

    /** The environment variable of a bake that names its strategy. */
    public static final String VARIABLE = "MULTI_ARCH_BUILD_PUSH";

    private final Sentence reason;

    PushStrategy(String code) {
        this.reason = Sentence.of(code);
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
    public Sentence reason() {
        return reason;
    }
}
