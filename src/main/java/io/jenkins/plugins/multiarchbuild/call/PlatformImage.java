package io.jenkins.plugins.multiarchbuild.call;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.dockerfile.Execution;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification;
import io.jenkins.plugins.multiarchbuild.engine.progress.PlatformSteps;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** A platform's image, for a Pipeline. */
public final class PlatformImage implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String platform;
    private final String reference;
    private final String attestedReference;
    private final String digest;
    private final long size;
    private final int layers;
    /** Digest of an image that is not pushed but on its agent, or null. */
    private final String layoutDigest;

    private final String agent;
    private final long durationMillis;

    /** Null if unknown; also in a build of an older version. */
    private final Execution execution;

    /** Null until it was to be verified. */
    private final Verification verification;

    private final boolean smokeTested;

    /** What its steps took, or null if unknown. */
    private final PlatformSteps steps;

    /** Where the node of the builder is, or null if the builder has only one; also in a build of an older version. */
    private final String node;

    /** The target of the bake file, if the call is for several; otherwise null, also in a build of an older version. */
    private final String target;

    /** @param execution how the programs that its build ran were executed, or null if unknown */
    public PlatformImage(
            @NonNull ImageKey key,
            @NonNull BuiltImage image,
            @NonNull String agent,
            long durationMillis,
            @CheckForNull Execution execution) {
        this(key, image, null, agent, durationMillis, execution, null, false, null, null);
    }

    /**
     * An image that was built and not pushed.
     *
     * @param digest the digest of its manifest, or null if it was not kept on the agent
     * @param execution how the programs that its build ran were executed, or null if unknown
     */
    public PlatformImage(
            @NonNull ImageKey key,
            @CheckForNull Digest digest,
            @NonNull String agent,
            long durationMillis,
            @CheckForNull Execution execution) {
        this(
                key,
                null,
                digest == null ? null : digest.value(),
                agent,
                durationMillis,
                execution,
                null,
                false,
                null,
                null);
    }

    private PlatformImage(
            ImageKey key,
            @CheckForNull BuiltImage image,
            @CheckForNull String layoutDigest,
            String agent,
            long durationMillis,
            @CheckForNull Execution execution,
            @CheckForNull Verification verification,
            boolean smokeTested,
            @CheckForNull PlatformSteps steps,
            @CheckForNull String node) {
        this(
                key,
                image,
                image == null ? null : String.valueOf(image.image().digest()),
                image == null ? -1 : image.size(),
                image == null ? -1 : image.layers(),
                layoutDigest,
                agent,
                durationMillis,
                execution,
                verification,
                smokeTested,
                steps,
                node);
    }

    private PlatformImage(
            ImageKey key,
            @CheckForNull BuiltImage image,
            @CheckForNull String digest,
            long size,
            int layers,
            @CheckForNull String layoutDigest,
            String agent,
            long durationMillis,
            @CheckForNull Execution execution,
            @CheckForNull Verification verification,
            boolean smokeTested,
            @CheckForNull PlatformSteps steps,
            @CheckForNull String node) {
        this.platform = key.platform().toString();
        this.target = key.image().isEmpty() ? null : key.image();
        this.reference = image == null ? null : image.image().toString();
        this.attestedReference = image == null ? null : image.reference().toString();
        this.digest = digest;
        this.size = size;
        this.layers = layers;
        this.layoutDigest = layoutDigest;
        this.agent = agent;
        this.durationMillis = durationMillis;
        this.execution = execution;
        this.verification = verification;
        this.smokeTested = smokeTested;
        this.steps = steps;
        this.node = node;
    }

    /** Returns this image, which was pushed, with its size. */
    @NonNull
    public PlatformImage sized(@NonNull BuiltImage image) {
        return copy(image, verification, smokeTested, steps);
    }

    /** Returns this image with what came of its verification, which did not fail. */
    @NonNull
    public PlatformImage verified(@NonNull Verification outcome) {
        return copy(toBuiltImage().orElse(null), outcome, smokeTested, steps);
    }

    /** Returns this image as one that a node of a builder with several has built, or null for another builder. */
    @NonNull
    public PlatformImage onNode(@CheckForNull String endpoint) {
        return new PlatformImage(
                key(),
                toBuiltImage().orElse(null),
                layoutDigest,
                agent,
                durationMillis,
                execution,
                verification,
                smokeTested,
                steps,
                endpoint);
    }

    /** Returns this image with what its steps took, or null if that is unknown. */
    @NonNull
    public PlatformImage withSteps(@CheckForNull PlatformSteps taken) {
        return copy(toBuiltImage().orElse(null), verification, smokeTested, taken);
    }

    /** Returns this image as one that passed the smoke test. */
    @NonNull
    public PlatformImage smokeTested() {
        return copy(toBuiltImage().orElse(null), verification, true, steps);
    }

    /**
     * Returns this image, which was not pushed, in an archive.
     *
     * @param bytes compressed size of the image
     * @param count number of its layers
     */
    @NonNull
    public PlatformImage archived(long bytes, int count) {
        return new PlatformImage(
                key(),
                null,
                layoutDigest,
                bytes,
                count,
                layoutDigest,
                agent,
                durationMillis,
                execution,
                verification,
                smokeTested,
                steps,
                node);
    }

    private PlatformImage copy(
            @CheckForNull BuiltImage image,
            @CheckForNull Verification outcome,
            boolean tested,
            @CheckForNull PlatformSteps taken) {
        return new PlatformImage(
                key(), image, layoutDigest, agent, durationMillis, execution, outcome, tested, taken, node);
    }

    /** Returns what tells it from the other images of its call. */
    @NonNull
    public ImageKey key() {
        return new ImageKey(target == null ? "" : target, Platform.parse(platform));
    }

    /** Returns the target of the bake file that it was built from, or null if the call is for one image only. */
    @CheckForNull
    @Whitelisted
    public String getTarget() {
        return target;
    }

    /** Returns the platform, for example {@code linux/arm64}. */
    @NonNull
    @Whitelisted
    public String getPlatform() {
        return platform;
    }

    /**
     * Returns repository and digest of the image manifest, for {@code docker run}, scanners and signers, or null if it
     * was not pushed.
     */
    @CheckForNull
    @Whitelisted
    public String getReference() {
        return reference;
    }

    /**
     * Returns repository and digest of the index that holds the image and its attestations, which is what is published;
     * without attestations the same as {@link #getReference()}; null if it was not pushed.
     */
    @CheckForNull
    @Whitelisted
    public String getAttestedReference() {
        return attestedReference;
    }

    /** Returns the digest of the image manifest, or null if it was neither pushed nor archived. */
    @CheckForNull
    @Whitelisted
    public String getDigest() {
        return digest;
    }

    /** Returns the compressed size of the image in bytes, configuration and layers; -1 if unknown. */
    @Whitelisted
    public long getSize() {
        return size;
    }

    /** Returns the number of the image's layers; -1 if unknown. */
    @Whitelisted
    public int getLayers() {
        return layers;
    }

    /** Returns the name of the agent that built it. */
    @NonNull
    @Whitelisted
    public String getAgent() {
        return agent;
    }

    /** Returns where the node is that built it, if its managed builder has several, or null. */
    @CheckForNull
    @Whitelisted
    public String getNode() {
        return node;
    }

    /** Returns how long its build group took, from the check of the builder to the digests, in milliseconds. */
    @Whitelisted
    public long getDurationMillis() {
        return durationMillis;
    }

    /** Returns the number of the Dockerfile's steps for this platform; -1 if unknown. */
    @Whitelisted
    public int getSteps() {
        return steps == null ? -1 : steps.steps();
    }

    /** Returns how many of its steps came from the cache; -1 if unknown. */
    @Whitelisted
    public int getCachedSteps() {
        return steps == null ? -1 : steps.cached();
    }

    /** Returns the time of this platform's own steps in milliseconds, see {@link PlatformSteps}; -1 if unknown. */
    @Whitelisted
    public long getStepMillis() {
        return steps == null ? -1 : steps.millis();
    }

    /** What its steps took, or null if unknown. */
    @CheckForNull
    public PlatformSteps steps() {
        return steps;
    }

    /** Whether its builder is known to have run programs of the platform with QEMU. */
    @Whitelisted
    public boolean isEmulated() {
        return execution == Execution.EMULATED;
    }

    /**
     * Returns how the programs that its build ran were executed: {@code native}, {@code emulated} or {@code
     * cross-compiled}; null if unknown.
     */
    @CheckForNull
    @Whitelisted
    public String getExecution() {
        return execution == null ? null : execution.id();
    }

    /** Returns how the programs that its build ran were executed, or null if unknown. */
    @CheckForNull
    public Execution execution() {
        return execution;
    }

    /** {@code verified} if the image was found to be for its platform, {@code skipped} if that was not checked. */
    @NonNull
    @Whitelisted
    public String getVerification() {
        return verdict().isEmpty() ? "skipped" : "verified";
    }

    /** The first of its programs for other platforms, with what they are: {@code /x.node (x86-64)}. */
    @NonNull
    @Whitelisted
    public List<String> getForeignPrograms() {
        return verdict().map(verdict -> verdict.foreign().first()).orElse(List.of());
    }

    /** {@code passed} if the image passed the smoke test, {@code skipped} if there was none for it. */
    @NonNull
    @Whitelisted
    public String getSmokeTest() {
        return smokeTested ? "passed" : "skipped";
    }

    /** What came of its verification, or null if it was not to be verified. */
    @CheckForNull
    public Verification verification() {
        return verification;
    }

    private Optional<Verdict> verdict() {
        return Optional.ofNullable(verification).map(Verification::verdict);
    }

    /** The digest of the image manifest, wherever the image is, or empty if it was not kept. */
    @NonNull
    public Optional<Digest> manifestDigest() {
        return Optional.ofNullable(digest == null ? layoutDigest : digest).map(Digest::new);
    }

    /** The image in the registry, or empty if it was not pushed. */
    @NonNull
    public Optional<BuiltImage> toBuiltImage() {
        if (reference == null) {
            return Optional.empty();
        }
        return Optional.of(new BuiltImage(
                Platform.parse(platform),
                ImageReference.parse(attestedReference),
                ImageReference.parse(reference),
                size,
                layers));
    }

    @Override
    public String toString() {
        return reference == null ? key().toString() : key() + " " + reference;
    }
}
