package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ImageIndex;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Publication;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Published;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Publisher;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Publishes from an agent, and keeps in the run's report what has become of every tag, above all when it goes wrong. */
final class Publishing {

    private Publishing() {}

    /**
     * Publishes.
     *
     * @param id what tells the step from the others of the run
     * @param platforms the images that this run built, or none
     * @return the digest of the published index
     * @throws BuildxException as {@link Publisher#publish(Publication)}
     */
    @NonNull
    static Digest publish(
            @NonNull Agent agent,
            @NonNull String id,
            @NonNull Publication publication,
            @NonNull List<PlatformReport> platforms)
            throws IOException, InterruptedException, BuildxException {
        try {
            Published published = new Publisher(agent.registry())
                    .publish(publication, tags -> keep(agent, new ImageReport(id, null, tags, platforms)));
            Digest digest = published.index().digest();
            publication.baseTags().forEach(tag -> agent.log("Published " + tag + " as " + digest));
            List<PlatformReport> shown = platforms.isEmpty() ? platforms(publication, published.index()) : platforms;
            keep(agent, new ImageReport(id, digest, published.tags(), shown));
            return digest;
        } catch (BuildxException e) {
            if (!e.tags().isEmpty()) {
                keep(agent, new ImageReport(id, null, e.tags(), platforms));
            }
            throw e;
        }
    }

    private static void keep(Agent agent, ImageReport image) {
        try {
            MultiArchReport.add(agent.run(), image);
        } catch (IOException e) {
            throw new UncheckedIOException("The report of the build cannot be saved", e);
        }
    }

    /** The images of an index that others built, as far as it tells. */
    private static List<PlatformReport> platforms(Publication publication, ImageIndex index) {
        ImageReference tag = publication.baseTags().get(0);
        List<PlatformReport> reports = new ArrayList<>();
        for (ImageIndex.Child image : index.children()) {
            Platform platform = image.platform();
            if (platform != null) {
                reports.add(new PlatformReport(new BuiltImage(platform, tag.at(image.digest()), -1), null, -1));
            }
        }
        return reports;
    }
}
