package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Functions;
import hudson.Util;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import java.io.Serializable;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A platform's image on the page of a run. */
@ExportedBean
public final class PlatformReport implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String platform;
    private final String reference;
    private final String digest;
    private final long size;
    private final String agent;
    private final long durationMillis;

    /**
     * @param agent the agent that built it, or null if it was not built by this step
     * @param durationMillis how long its build took, or -1 if unknown
     */
    public PlatformReport(@NonNull BuiltImage image, @CheckForNull String agent, long durationMillis) {
        this.platform = image.platform().toString();
        this.reference = image.reference().toString();
        Digest known = image.reference().digest();
        this.digest = known == null ? null : known.value();
        this.size = image.size();
        this.agent = Util.fixEmptyAndTrim(agent);
        this.durationMillis = durationMillis;
    }

    /** The platform, for example {@code linux/arm64}. */
    @NonNull
    @Exported
    public String getPlatform() {
        return platform;
    }

    /** Repository and digest. */
    @NonNull
    @Exported
    public String getReference() {
        return reference;
    }

    /** The image's digest, or null if it is known by a tag only. */
    @CheckForNull
    @Exported
    public String getDigest() {
        return digest;
    }

    /** The digest's beginning, or the whole reference if there is no digest. */
    @NonNull
    public String getShortDigest() {
        return digest == null ? reference : new Digest(digest).abbreviated();
    }

    /** Size of the image's manifest in bytes, or -1 if unknown. */
    @Exported
    public long getSize() {
        return size;
    }

    /** The agent that built it, or null. */
    @CheckForNull
    @Exported
    public String getAgent() {
        return agent;
    }

    /** How long its build took in milliseconds, or -1 if unknown. */
    @Exported
    public long getDurationMillis() {
        return durationMillis;
    }

    /** The size for people, or nothing. */
    @NonNull
    public String getSizeText() {
        return size < 0 ? "" : Functions.humanReadableByteSize(size);
    }

    /** The duration for people, or nothing. */
    @NonNull
    public String getDurationText() {
        return durationMillis < 0 ? "" : Util.getTimeSpanString(durationMillis);
    }
}
