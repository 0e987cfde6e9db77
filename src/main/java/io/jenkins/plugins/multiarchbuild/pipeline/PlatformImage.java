package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.Serializable;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** A platform's image as a Pipeline sees it. */
public final class PlatformImage implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String platform;
    private final String reference;
    private final String digest;
    private final long size;
    private final String agent;
    private final long durationMillis;

    PlatformImage(@NonNull BuiltImage image, @NonNull String agent, long durationMillis) {
        this.platform = image.platform().toString();
        this.reference = image.reference().toString();
        this.digest = String.valueOf(image.reference().digest());
        this.size = image.size();
        this.agent = agent;
        this.durationMillis = durationMillis;
    }

    /** The platform, for example {@code linux/arm64}. */
    @NonNull
    @Whitelisted
    public String getPlatform() {
        return platform;
    }

    /** Repository and digest. */
    @NonNull
    @Whitelisted
    public String getReference() {
        return reference;
    }

    /** The digest of the image or, with attestations, of the index that holds it. */
    @NonNull
    @Whitelisted
    public String getDigest() {
        return digest;
    }

    /** Size of the manifest or index in bytes, or -1 if unknown. */
    @Whitelisted
    public long getSize() {
        return size;
    }

    /** Name of the agent that built it. */
    @NonNull
    @Whitelisted
    public String getAgent() {
        return agent;
    }

    /** How long its build group took from the check of the builder to the digests, in milliseconds. */
    @Whitelisted
    public long getDurationMillis() {
        return durationMillis;
    }

    @NonNull
    BuiltImage toBuiltImage() {
        return new BuiltImage(Platform.parse(platform), ImageReference.parse(reference), size);
    }

    @Override
    public String toString() {
        return platform + " " + reference;
    }
}
