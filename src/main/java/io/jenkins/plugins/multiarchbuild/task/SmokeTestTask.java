package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentFiles;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.call.PlatformImage;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeDefinition;
import io.jenkins.plugins.multiarchbuild.engine.buildx.CheckedImage;
import io.jenkins.plugins.multiarchbuild.engine.buildx.SmokeTester;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.image.SmokeTest;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import io.jenkins.plugins.multiarchbuild.verification.VerifyImages;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Runs the smoke test in each platform's image before anything is published. */
public final class SmokeTestTask implements AgentTask<ArrayList<PlatformImage>> {

    private static final long serialVersionUID = 1L;

    private final BuildPlan plan;
    private final PlannedGroup group;
    private final ArrayList<String> environment;
    private final ArrayList<PlatformImage> images;

    /**
     * @param environment the environment of the bake, {@code NAME=value} each
     * @param images what the group built
     */
    public SmokeTestTask(
            @NonNull BuildPlan plan,
            @NonNull PlannedGroup group,
            @NonNull List<String> environment,
            @NonNull List<PlatformImage> images) {
        this.plan = plan;
        this.group = group;
        this.environment = new ArrayList<>(environment);
        this.images = new ArrayList<>(images);
    }

    @Override
    public String label() {
        return Messages.SmokeTestTask_label();
    }

    @Override
    public Map<String, String> credentialsIds() {
        return plan.call().credentials().registries();
    }

    /** @return the images with whether they passed */
    @Override
    public ArrayList<PlatformImage> run(Agent agent) throws IOException, InterruptedException, DockerException {
        SmokeTest test = plan.call().checks().smokeTest();
        SmokeTester.Machine machine = (definition, of, limit) -> bake(agent, definition, of, limit);
        Map<ImageKey, Sentence> failures = new ConcurrentSkipListMap<>(Comparator.comparing(ImageKey::toString));
        List<PlatformImage> tested;
        try (Concurrently commands = new Concurrently()) {
            tested = commands.start(images, image -> test(machine, image, test, agent, failures))
                    .await();
        }
        if (!failures.isEmpty()) {
            report(agent, tested, failures);
            throw new DockerException(Sentence.join(" ", List.copyOf(failures.values())));
        }
        PublishTask.note(agent, plan, tested, true);
        return new ArrayList<>(tested);
    }

    /** A failure is kept until the other images are tested as well, so that one build shows all of them. */
    private static PlatformImage test(
            SmokeTester.Machine machine,
            PlatformImage image,
            SmokeTest test,
            Agent agent,
            Map<ImageKey, Sentence> failures)
            throws IOException, InterruptedException, DockerException {
        CheckedImage checked = VerifyImages.checked(image).orElse(null);
        if (checked == null) {
            agent.log(Sentence.of("SmokeTestTask.leftOut", image.key(), VerifyImages.NOT_KEPT));
            return image;
        }
        try {
            return SmokeTester.test(machine, checked, test, agent::log) ? image.smokeTested() : image;
        } catch (DockerException e) {
            if (e.isBuilderGone()) {
                throw e;
            }
            failures.put(image.key(), image.key().prefixed(e.sentence()));
            return image;
        }
    }

    private void report(Agent agent, List<PlatformImage> tested, Map<ImageKey, Sentence> failures) throws IOException {
        for (ImageReport report :
                PublishTask.reports(plan, tested, image -> report(image, failures.get(image.key())))) {
            MultiArchReport.add(agent.run(), report);
        }
    }

    private static PlatformReport report(PlatformImage image, @CheckForNull Sentence failure) {
        return PublishTask.report(image, image.verification())
                .withSmokeTestFailure(failure == null ? null : OneLine.of(Language.text(failure)));
    }

    private SmokeTester.Result bake(Agent agent, String definition, CheckedImage image, Duration limit)
            throws IOException, InterruptedException, DockerException {
        String target = image.key().name();
        FilePath directory = agent.privateDirectory(group.id());
        FilePath file = directory.child("smoke-" + target + ".json");
        AgentFiles.write(file, definition);
        FilePath empty = directory.child("empty");
        empty.mkdirs();
        long start = System.nanoTime();
        // buildx writes the Dockerfile of the test to the directory for temporary files, which may be read-only
        var output = agent.with(environment)
                .with(Map.of("TMPDIR", directory.getRemote()))
                .in(empty)
                .run("docker", BakeDefinition.command((String) null, file.getRemote(), target), limit);
        boolean inTime = output.succeeded() || System.nanoTime() - start < limit.toNanos();
        return new SmokeTester.Result(output, inTime);
    }
}
