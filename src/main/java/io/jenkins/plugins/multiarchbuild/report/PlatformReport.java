package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Functions;
import hudson.Util;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.dockerfile.Execution;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification;
import io.jenkins.plugins.multiarchbuild.engine.progress.PlatformSteps;
import java.io.Serializable;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A platform's image on the page of a run. */
@ExportedBean
public final class PlatformReport implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String platform;
    private final String reference;
    private final String attestedReference;
    private final String digest;
    private final long size;
    private final int layers;
    private final String agent;
    private final long durationMillis;
    private final VerificationReport verification;
    private final String smokeTest;
    private final String smokeTestFailure;
    private final boolean emulated;

    /** Null if unknown, like the next ones; also in a report that an older version of the plugin saved. */
    private final Integer steps;

    private final Integer cachedSteps;
    private final Long stepMillis;
    private final Execution execution;

    /**
     * @param agent the agent that built it, or null if it was not built by this step
     * @param durationMillis how long its build took, or -1 if unknown
     */
    public PlatformReport(@NonNull BuiltImage image, @CheckForNull String agent, long durationMillis) {
        this(image.platform(), image, agent, durationMillis, null, null, null, null);
    }

    /**
     * @param image the image in the registry, or null if it was not pushed
     * @param agent the agent that built it, or null if it was not built by this step
     * @param durationMillis how long its build took, or -1 if unknown
     * @param verification what came of its verification, or null if unknown
     * @param smokeTest {@code passed} or {@code skipped}, or null if unknown
     * @param execution how the programs that its build ran were executed, or null if unknown
     * @param steps what its steps took, or null if unknown
     */
    public PlatformReport(
            @NonNull Platform platform,
            @CheckForNull BuiltImage image,
            @CheckForNull String agent,
            long durationMillis,
            @CheckForNull Verification verification,
            @CheckForNull String smokeTest,
            @CheckForNull Execution execution,
            @CheckForNull PlatformSteps steps) {
        this.smokeTestFailure = null;
        this.steps = steps == null ? null : Integer.valueOf(steps.steps());
        this.cachedSteps = steps == null ? null : Integer.valueOf(steps.cached());
        this.stepMillis = steps == null ? null : Long.valueOf(steps.millis());
        this.emulated = execution == Execution.EMULATED;
        this.execution = execution;
        this.platform = platform.toString();
        this.reference = image == null ? null : image.image().toString();
        this.attestedReference = image == null ? null : image.reference().toString();
        Digest known = image == null ? null : image.image().digest();
        this.digest = known == null ? null : known.value();
        this.size = image == null ? -1 : image.size();
        this.layers = image == null ? -1 : image.layers();
        this.agent = Util.fixEmptyAndTrim(agent);
        this.durationMillis = durationMillis;
        this.verification = verification == null ? null : new VerificationReport(platform, verification);
        this.smokeTest = smokeTest;
    }

    private PlatformReport(PlatformReport image, String smokeTestFailure) {
        this.platform = image.platform;
        this.reference = image.reference;
        this.attestedReference = image.attestedReference;
        this.digest = image.digest;
        this.size = image.size;
        this.layers = image.layers;
        this.agent = image.agent;
        this.durationMillis = image.durationMillis;
        this.verification = image.verification;
        this.emulated = image.emulated;
        this.execution = image.execution;
        this.steps = image.steps;
        this.cachedSteps = image.cachedSteps;
        this.stepMillis = image.stepMillis;
        this.smokeTest = "failed";
        this.smokeTestFailure = smokeTestFailure;
    }

    /**
     * Returns the same image as one that failed the smoke test.
     *
     * @param failure why, or null if it did not fail
     */
    @NonNull
    public PlatformReport withSmokeTestFailure(@CheckForNull String failure) {
        return failure == null ? this : new PlatformReport(this, failure);
    }

    /** Whether its image did not pass a check, so that it must not be published. */
    boolean isRejected() {
        return smokeTestFailure != null || verification != null && verification.getFailure() != null;
    }

    /** Returns the platform, for example {@code linux/arm64}. */
    @NonNull
    @Exported
    public String getPlatform() {
        return platform;
    }

    /** Whether its builder is known to have run programs of the platform with QEMU. */
    @Exported
    public boolean isEmulated() {
        return emulated;
    }

    /**
     * Returns how the programs that its build ran were executed: {@code native}, {@code emulated} or {@code
     * cross-compiled}; null if unknown.
     */
    @CheckForNull
    @Exported
    public String getExecution() {
        return execution == null ? null : execution.id();
    }

    /** Returns the same for people, in parentheses; empty if unknown. */
    @NonNull
    public String getExecutionText() {
        return execution == null
                ? emulated ? Messages.PlatformReport_emulated() : ""
                : switch (execution) {
                    case NATIVE -> Messages.PlatformReport_native();
                    case EMULATED -> Messages.PlatformReport_emulated();
                    case CROSS_COMPILED -> Messages.PlatformReport_crossCompiled();
                };
    }

    /** Returns repository and digest of the image manifest, or null if it was not pushed. */
    @CheckForNull
    @Exported
    public String getReference() {
        return reference;
    }

    /**
     * Returns repository and digest of the index of the image and its attestations, or of the image if it has none;
     * null if it was not pushed.
     */
    @CheckForNull
    @Exported
    public String getAttestedReference() {
        return attestedReference;
    }

    /** Returns the image's digest, or null if it was not pushed or only a tag is known. */
    @CheckForNull
    @Exported
    public String getDigest() {
        return digest;
    }

    /**
     * Returns the beginning of the digest, or the whole reference if there is no digest; null if it was not pushed.
     */
    @CheckForNull
    public String getShortDigest() {
        return digest == null ? reference : new Digest(digest).abbreviated();
    }

    /** Returns the compressed size of the image in bytes, or -1 if unknown. */
    @Exported
    public long getSize() {
        return size;
    }

    /** Returns the number of the image's layers, or -1 if unknown. */
    @Exported
    public int getLayers() {
        return layers;
    }

    /** Returns the agent that built it, or null. */
    @CheckForNull
    @Exported
    public String getAgent() {
        return agent;
    }

    /** Returns how long its agent was busy with it and the platforms beside it in milliseconds, or -1 if unknown. */
    @Exported
    public long getDurationMillis() {
        return durationMillis;
    }

    /** Returns the number of the Dockerfile's steps for this platform, or -1 if unknown. */
    @Exported
    public int getSteps() {
        return steps == null ? -1 : steps;
    }

    /** Returns how many of its steps came from the cache, or -1 if unknown. */
    @Exported
    public int getCachedSteps() {
        return cachedSteps == null ? -1 : cachedSteps;
    }

    /** Returns the time of its own steps in milliseconds, see {@link PlatformSteps}, or -1 if unknown. */
    @Exported
    public long getStepMillis() {
        return stepMillis == null ? -1 : stepMillis;
    }

    /** Returns its steps in a readable form, or an empty text. */
    @NonNull
    public String getStepsText() {
        return stepMillis == null
                ? ""
                : Messages.PlatformReport_steps(Util.getTimeSpanString(stepMillis), steps, cachedSteps);
    }

    /** Returns whether it was found to be for its platform, or null if unknown. */
    @CheckForNull
    @Exported(inline = true)
    public VerificationReport getVerification() {
        return verification;
    }

    /**
     * Returns {@code passed} or {@code failed} according to the smoke test, {@code skipped} if there was none, or null if
     * unknown.
     */
    @CheckForNull
    @Exported
    public String getSmokeTest() {
        return smokeTest;
    }

    /** Returns why it failed the smoke test, or null if it did not. */
    @CheckForNull
    @Exported
    public String getSmokeTestFailure() {
        return smokeTestFailure;
    }

    /** Returns the outcome of the smoke test in a readable form, or an empty text. */
    @NonNull
    public String getSmokeTestText() {
        if (smokeTest == null) {
            return "";
        }
        if (smokeTestFailure != null) {
            return smokeTestFailure;
        }
        return smokeTest.equals("passed") ? Messages.PlatformReport_passed() : Messages.PlatformReport_skipped();
    }

    /** Returns the size in a readable form, or an empty text. */
    @NonNull
    public String getSizeText() {
        return size < 0 ? "" : Functions.humanReadableByteSize(size);
    }

    /** Returns the duration in a readable form, or an empty text. */
    @NonNull
    public String getDurationText() {
        return durationMillis < 0 ? "" : Util.getTimeSpanString(durationMillis);
    }
}
