package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Publication;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Publisher;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Publishes what all groups have built, unless it is to be published later, and reports it. */
public final class PublishTask implements AgentTask<MultiArchImage> {

    private static final long serialVersionUID = 1L;

    private final BuildJob job;
    private final ArrayList<PlatformImage> images;
    private final long builtAt;

    /** @param builtAt when the last platform was ready, in milliseconds since 1970 */
    public PublishTask(@NonNull BuildJob job, @NonNull List<PlatformImage> images, long builtAt) {
        this.job = job;
        this.images = new ArrayList<>(images);
        this.builtAt = builtAt;
    }

    @Override
    public String label() {
        return Messages.AgentTask_publish();
    }

    @Override
    public Map<String, String> credentialsIds() {
        return job.getStep().credentialsIds();
    }

    @Override
    public MultiArchImage run(Agent agent) throws IOException, InterruptedException, BuildxException {
        BuildRequest request = job.getStep().request();
        if (!request.publish()) {
            report(agent, null, List.of());
            return MultiArchImage.unpublished(images);
        }
        List<BuiltImage> built =
                images.stream().map(PlatformImage::toBuiltImage).toList();
        Digest digest = new Publisher(agent.registry())
                .publish(Publication.of(request, built))
                .index()
                .digest();
        request.baseTags().forEach(tag -> agent.log("Published " + tag + " as " + digest));
        agent.log("The tags were there " + (System.currentTimeMillis() - builtAt)
                + " ms after the last platform was ready.");
        report(agent, digest, request.baseTags());
        return new MultiArchImage(
                digest.value(),
                request.pushTag().at(digest).toString(),
                request.baseTags().stream().map(ImageReference::toString).toList(),
                MultiArchImage.references(images),
                images);
    }

    private void report(Agent agent, @CheckForNull Digest digest, List<ImageReference> tags) throws IOException {
        List<PlatformReport> platforms = images.stream()
                .map(image -> new PlatformReport(image.toBuiltImage(), image.getAgent(), image.getDurationMillis()))
                .toList();
        MultiArchReport.add(agent.run(), new ImageReport(job.getId(), digest, tags, platforms));
    }
}
