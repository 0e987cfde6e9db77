package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.agent.Turn;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.MultiArchImage;
import io.jenkins.plugins.multiarchbuild.call.PlatformImage;
import io.jenkins.plugins.multiarchbuild.engine.Annotations;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publication;
import io.jenkins.plugins.multiarchbuild.engine.registry.PublicationResult;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.report.ImageFingerprints;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import io.jenkins.plugins.multiarchbuild.tags.TagTurn;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Publishes what all groups have built, unless it is to be published later, and reports it. */
public final class PublishTask implements AgentTask<MultiArchImage> {

    private static final long serialVersionUID = 1L;

    private final BuildPlan plan;
    private final ArrayList<PlatformImage> images;
    private final HashMap<String, String> checkout;
    private final long builtAt;
    private final TagTurn turn;

    /**
     * @param checkout variables of a checkout that say where the source comes from; may be empty
     * @param builtAt when the last platform was ready, in milliseconds since 1970
     * @param patience how to wait for other builds that publish to the same tags
     */
    public PublishTask(
            @NonNull BuildPlan plan,
            @NonNull List<PlatformImage> images,
            @NonNull Map<String, String> checkout,
            long builtAt,
            @NonNull TagTurn.Patience patience) {
        this.plan = plan;
        this.images = new ArrayList<>(images);
        this.checkout = new HashMap<>(checkout);
        this.builtAt = builtAt;
        this.turn = new TagTurn(plan.id(), plan.request().allTags(), patience);
    }

    @Override
    public String label() {
        return Messages.PublishTask_label();
    }

    @Override
    public Map<String, String> credentialsIds() {
        return plan.call().credentials().registries();
    }

    @Override
    public Turn turn() {
        return plan.request().publish() ? turn : null;
    }

    /** @return the result, or null if other builds publish to the same tags and this one must not wait */
    @Override
    @CheckForNull
    public MultiArchImage run(Agent agent) throws IOException, InterruptedException, DockerException {
        BuildRequest request = plan.request();
        if (request.publish() && !turn.isCome(agent.run())) {
            return null;
        }
        long started = System.currentTimeMillis();
        Map<String, String> annotations = annotations(agent, request);
        List<PlatformReport> platforms =
                images.stream().map(image -> report(image, verification(image))).toList();
        List<BuiltImage> built =
                images.stream().flatMap(image -> image.toBuiltImage().stream()).toList();
        if (!request.publish()) {
            MultiArchReport.add(agent.run(), new ImageReport(plan.id(), null, List.of(), platforms));
            ImageFingerprints.built(agent.run(), built);
            return MultiArchImage.unpublished(images, annotations);
        }
        // a managed builder may be missing on this agent, and has nothing that publishing needs
        String builder = plan.call().managedBuilder() == null ? request.builder() : null;
        PublicationResult published = new ReportedPublisher(agent, plan.id(), credentialsIds(), builder)
                .publish(
                        Publication.of(request, built).withAnnotations(annotations),
                        platforms,
                        plan.call().forwardOnly());
        agent.log(Sentence.of("PublishTask.millis", (System.currentTimeMillis() - started)));
        return PublishedImage.of(published, request.baseTags(), MultiArchImage.references(images), images, annotations);
    }

    /**
     * Shows on the page of the run how far images have come, without saving it.
     *
     * @param tested whether the smoke test is over, if there is one
     */
    static void note(
            @NonNull Agent agent, @NonNull BuildPlan plan, @NonNull List<PlatformImage> images, boolean tested) {
        List<PlatformReport> reports = images.stream()
                .map(image -> report(image, image.verification(), tested ? image.getSmokeTest() : null))
                .toList();
        MultiArchReport.note(agent.run(), new ImageReport(plan.id(), null, List.of(), reports));
    }

    @NonNull
    static PlatformReport report(@NonNull PlatformImage image, @CheckForNull Verification verification) {
        return report(image, verification, image.getSmokeTest());
    }

    /** @param smokeTest its outcome, or null if that is not known yet */
    @NonNull
    static PlatformReport report(
            @NonNull PlatformImage image, @CheckForNull Verification verification, @CheckForNull String smokeTest) {
        return new PlatformReport(
                Platform.parse(image.getPlatform()),
                image.toBuiltImage().orElse(null),
                image.getNode() == null ? image.getAgent() : image.getAgent() + " (" + image.getNode() + ")",
                image.getDurationMillis(),
                verification,
                smokeTest,
                image.isEmulated(),
                image.steps());
    }

    @CheckForNull
    private Verification verification(PlatformImage image) {
        Verification.Omission omission = plan.call().checks().omission();
        return omission == null ? image.verification() : Verification.omitted(omission);
    }

    private Map<String, String> annotations(Agent agent, BuildRequest request) {
        if (!request.options().standardAnnotations()) {
            return request.options().annotations();
        }
        Instant created = request.options().sourceDate().orElse(Instant.ofEpochMilli(builtAt));
        Map<String, String> annotations = Annotations.standard(origin(agent, request), request.baseTags(), created);
        annotations.putAll(request.options().annotations());
        agent.log(Sentence.of("PublishTask.annotations", annotations));
        return annotations;
    }

    /** The checkout of this call takes precedence: the environment may describe another checkout of the build. */
    private Origin origin(Agent agent, BuildRequest request) {
        if (request.source().isRemote()) {
            return Origin.ofContext(request.source().context());
        }
        Origin checkedOut = Origin.of(checkout);
        return checkedOut.isUnknown() ? Origin.of(agent.environment()) : checkedOut;
    }
}
