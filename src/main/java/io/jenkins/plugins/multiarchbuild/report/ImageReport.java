package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** What one step has built, and published or not, on the page of a run. */
@ExportedBean
public final class ImageReport implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String id;
    private final String digest;
    private final ArrayList<String> tags = new ArrayList<>();
    private final ArrayList<PlatformReport> platforms;

    /**
     * @param id what tells the step from the others of the run, for example the id of its flow node
     * @param digest the digest of the published image, or null if nothing was published
     * @param tags the published tags
     */
    public ImageReport(
            @NonNull String id,
            @CheckForNull Digest digest,
            @NonNull List<ImageReference> tags,
            @NonNull List<PlatformReport> platforms) {
        this.id = id;
        this.digest = digest == null ? null : digest.value();
        tags.forEach(tag -> this.tags.add(tag.toString()));
        this.platforms = new ArrayList<>(platforms);
    }

    /** What tells the step from the others of the run. */
    @NonNull
    @Exported
    public String getId() {
        return id;
    }

    /** The digest of the published image, or null if nothing was published. */
    @CheckForNull
    @Exported
    public String getDigest() {
        return digest;
    }

    /** The published tags; empty if nothing was published. */
    @NonNull
    @Exported
    public List<String> getTags() {
        return new ArrayList<>(tags);
    }

    /** The platforms' images. */
    @NonNull
    @Exported(inline = true)
    public List<PlatformReport> getPlatforms() {
        return new ArrayList<>(platforms);
    }

    /** Whether the image was published. */
    public boolean isPublished() {
        return digest != null;
    }

    /** The platforms, comma-separated. */
    @NonNull
    public String getPlatformNames() {
        return String.join(
                ", ", platforms.stream().map(PlatformReport::getPlatform).toList());
    }
}
