package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Publication;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Publishes what all groups have built, unless it is to be published later, and reports it. */
public final class PublishTask implements AgentTask<MultiArchImage> {

    private static final long serialVersionUID = 1L;

    private final BuildJob job;
    private final ArrayList<PlatformImage> images;
    private final HashMap<String, String> checkout;
    private final long builtAt;

    /**
     * @param checkout variables of a checkout that say where the source comes from; may be empty
     * @param builtAt when the last platform was ready, in milliseconds since 1970
     */
    public PublishTask(
            @NonNull BuildJob job,
            @NonNull List<PlatformImage> images,
            @NonNull Map<String, String> checkout,
            long builtAt) {
        this.job = job;
        this.images = new ArrayList<>(images);
        this.checkout = new HashMap<>(checkout);
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
        Map<String, String> annotations = annotations(agent, request);
        List<PlatformReport> platforms = images.stream()
                .map(image -> new PlatformReport(image.toBuiltImage(), image.getAgent(), image.getDurationMillis()))
                .toList();
        if (!request.publish()) {
            MultiArchReport.add(agent.run(), new ImageReport(job.getId(), null, List.of(), platforms));
            return MultiArchImage.unpublished(images, annotations);
        }
        List<BuiltImage> built =
                images.stream().map(PlatformImage::toBuiltImage).toList();
        Digest digest = Publishing.publish(
                agent, job.getId(), Publication.of(request, built).withAnnotations(annotations), platforms);
        agent.log("The tags were there " + (System.currentTimeMillis() - builtAt)
                + " ms after the last platform was ready.");
        return new MultiArchImage(
                digest.value(),
                request.pushTag().at(digest).toString(),
                request.baseTags().stream().map(ImageReference::toString).toList(),
                MultiArchImage.references(images),
                images,
                annotations);
    }

    private Map<String, String> annotations(Agent agent, BuildRequest request) {
        Instant created = request.options().sourceDate().orElse(Instant.ofEpochMilli(builtAt));
        Map<String, String> annotations = job.getStep().annotations(origin(agent, request), created);
        if (job.getStep().wantsStandardAnnotations()) {
            agent.log("Annotations of the image index: " + annotations);
        }
        return annotations;
    }

    /** What was checked out for the purpose is known best; the environment may tell of another checkout in the build. */
    private Origin origin(Agent agent, BuildRequest request) {
        if (request.source().isRemote()) {
            return Origin.ofContext(request.source().context());
        }
        Origin checkedOut = Origin.of(checkout);
        return checkedOut.isUnknown() ? Origin.of(agent.environment()) : checkedOut;
    }
}
