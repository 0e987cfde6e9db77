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
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

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
        Map<String, Map<String, String>> annotations = new LinkedHashMap<>();
        plan.targets()
                .byImage()
                .forEach((name, target) -> annotations.put(name, annotations(agent, name, target.request())));
        return request.publish() ? published(agent, annotations, started) : unpublished(agent, annotations);
    }

    private MultiArchImage unpublished(Agent agent, Map<String, Map<String, String>> annotations) throws IOException {
        for (ImageReport report : reports(plan, images, image -> report(image, verification(image)))) {
            MultiArchReport.add(agent.run(), report);
        }
        ImageFingerprints.built(agent.run(), built(images));
        Map<String, MultiArchImage> results = new LinkedHashMap<>();
        annotations.forEach((name, own) -> results.put(name, MultiArchImage.unpublished(of(name), own)));
        return result(results);
    }

    private MultiArchImage published(Agent agent, Map<String, Map<String, String>> annotations, long started)
            throws IOException, InterruptedException, DockerException {
        Map<String, Publication> publications = new LinkedHashMap<>();
        Map<String, List<PlatformReport>> platforms = new LinkedHashMap<>();
        plan.targets().byImage().forEach((name, target) -> {
            publications.put(
                    name, Publication.of(target.request(), built(of(name))).withAnnotations(annotations.get(name)));
            platforms.put(
                    name,
                    of(name).stream()
                            .map(image -> report(image, verification(image)))
                            .toList());
        });
        // a managed builder may be missing on this agent, and has nothing that publishing needs
        String builder = plan.call().managedBuilder() == null ? plan.request().builder() : null;
        Map<String, PublicationResult> published = new ReportedPublisher(agent, plan.id(), credentialsIds(), builder)
                .publish(publications, platforms, plan.call().forwardOnly());
        agent.log(Sentence.of("PublishTask.millis", System.currentTimeMillis() - started));
        Map<String, MultiArchImage> results = new LinkedHashMap<>();
        published.forEach((name, each) -> results.put(
                name,
                PublishedImage.of(
                        each,
                        publications.get(name).baseTags(),
                        MultiArchImage.references(of(name)),
                        of(name),
                        annotations.get(name))));
        return result(results);
    }

    /** Returns the platforms' images of one of the images. */
    private List<PlatformImage> of(String name) {
        return of(images, name);
    }

    private static List<PlatformImage> of(List<PlatformImage> images, String name) {
        return images.stream().filter(image -> image.key().image().equals(name)).toList();
    }

    private static List<BuiltImage> built(List<PlatformImage> images) {
        return images.stream().flatMap(image -> image.toBuiltImage().stream()).toList();
    }

    /** With a bake file, each image can be found by the name of its target. */
    private MultiArchImage result(Map<String, MultiArchImage> byImage) {
        if (plan.call().bake() == null) {
            return byImage.get("");
        }
        Map<String, MultiArchImage> named = new LinkedHashMap<>();
        plan.targets().byImage().forEach((name, target) -> named.put(target.name(), byImage.get(name)));
        return MultiArchImage.of(named);
    }

    /**
     * Shows on the page of the run how far images have come, without saving it.
     *
     * @param tested whether the smoke test is over, if there is one
     */
    static void note(
            @NonNull Agent agent, @NonNull BuildPlan plan, @NonNull List<PlatformImage> images, boolean tested) {
        reports(plan, images, image -> report(image, image.verification(), tested ? image.getSmokeTest() : null))
                .forEach(report -> MultiArchReport.note(agent.run(), report));
    }

    /** Returns a report on each image of a call of which some platforms are built. */
    @NonNull
    static List<ImageReport> reports(
            @NonNull BuildPlan plan,
            @NonNull List<PlatformImage> images,
            @NonNull Function<PlatformImage, PlatformReport> report) {
        List<ImageReport> reports = new ArrayList<>();
        plan.targets().byImage().forEach((name, target) -> {
            String repository = target.request().baseTags().stream()
                    .map(ImageReference::repository)
                    .findFirst()
                    .orElse(null);
            List<PlatformReport> platforms =
                    of(images, name).stream().map(report).toList();
            reports.add(new ImageReport(plan.id(), name, null, List.of(), platforms).of(repository));
        });
        return reports;
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
                image.execution(),
                image.steps());
    }

    @CheckForNull
    private Verification verification(PlatformImage image) {
        Verification.Omission omission = plan.call().checks().omission();
        return omission == null ? image.verification() : Verification.omitted(omission);
    }

    private Map<String, String> annotations(Agent agent, String image, BuildRequest request) {
        if (!request.options().standardAnnotations()) {
            return request.options().annotations();
        }
        Instant created = request.options().sourceDate().orElse(Instant.ofEpochMilli(builtAt));
        Map<String, String> annotations = Annotations.standard(origin(agent, request), request.baseTags(), created);
        annotations.putAll(request.options().annotations());
        agent.log(Sentence.of("PublishTask.annotations", annotations).about(image));
        return annotations;
    }

    /** The checkout of this call takes precedence: the environment may describe another checkout of the build. */
    private Origin origin(Agent agent, BuildRequest request) {
        if (request.source().isRemote()) {
            return Origin.ofContext(request.source().context());
        }
        Origin checkedOut = Origin.of(checkout);
        boolean isSettled = !checkedOut.isUnknown() || checkout.containsKey(Origin.GIT_COMMIT);
        return isSettled ? checkedOut : Origin.of(agent.environment());
    }
}
