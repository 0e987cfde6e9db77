package io.jenkins.plugins.multiarchbuild.trend;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import java.util.Date;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** What one build has made of an image. */
@ExportedBean
public final class TrendBuild {

    private final int number;
    private final long timestamp;
    private final ImageReport image;

    TrendBuild(@NonNull Run<?, ?> run, @NonNull ImageReport image) {
        this.number = run.getNumber();
        this.timestamp = run.getTimeInMillis();
        this.image = image;
    }

    @NonNull
    ImageReport image() {
        return image;
    }

    /** Returns the number of the build. */
    @Exported
    public int getNumber() {
        return number;
    }

    /** Returns when the build was scheduled, in milliseconds since 1970. */
    @Exported
    public long getTimestamp() {
        return timestamp;
    }

    /** Returns what came of the image, as {@link ImageReport#getState}. */
    @NonNull
    @Exported
    public String getState() {
        return image.getState();
    }

    /** Returns what the call of the step took in milliseconds, or -1 if unknown. */
    @Exported
    public long getTotalMillis() {
        return image.getTotalMillis();
    }

    /** Returns what is known of the platforms. */
    @NonNull
    @Exported(inline = true)
    public List<PlatformReport> getPlatforms() {
        return image.getPlatforms();
    }

    /** Returns what is known of a platform, or null if it was not to be built. */
    @CheckForNull
    public PlatformReport platform(@NonNull String name) {
        return image.getPlatforms().stream()
                .filter(platform -> platform.getPlatform().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Returns when the build was scheduled, for the page. */
    @NonNull
    public Date getDate() {
        return new Date(timestamp);
    }

    /** Returns the URL of the build's page of its images, relative to that of the job. */
    @NonNull
    public String getUrl() {
        return number + "/" + MultiArchReport.URL + "/";
    }

    /** Whether the call did not do what it was called for. */
    public boolean isFailed() {
        return switch (getState()) {
            case "rejected", "publishingFailed", "failed", "aborted" -> true;
            default -> false;
        };
    }

    /** Returns what came of the image, for the page. */
    @NonNull
    public String getStateText() {
        return switch (getState()) {
            case "published" -> Messages.TrendBuild_published();
            case "archived" -> Messages.TrendBuild_archived();
            case "rejected" -> Messages.TrendBuild_rejected();
            case "publishingFailed" -> Messages.TrendBuild_publishingFailed();
            case "failed" -> Messages.TrendBuild_failed();
            case "aborted" -> Messages.TrendBuild_aborted();
            case "notPublished" -> Messages.TrendBuild_notPublished();
            case "notPushed" -> Messages.TrendBuild_notPushed();
            default -> Messages.TrendBuild_building();
        };
    }

    /** Returns what the call of the step took, for the page; empty if unknown. */
    @NonNull
    public String getTotalText() {
        return getTotalMillis() < 0 ? "" : Util.getTimeSpanString(getTotalMillis());
    }
}
