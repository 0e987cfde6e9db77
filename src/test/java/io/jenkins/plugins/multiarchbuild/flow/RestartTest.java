package io.jenkins.plugins.multiarchbuild.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.model.Node;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.harness.OlderProgram;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.TagReport;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry;
import io.jenkins.plugins.multiarchbuild.rig.FaultyRegistry;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Restarts of the controller in the middle of a build. */
@NeedsRig
class RestartTest {

    @RegisterExtension
    private final FlagExtension<Long> patience = RigJenkins.patience();

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final String repository = RigJenkins.newRepository();

    @Test
    void restartInMidBuildLosesNothing() throws Throwable {
        try (Gate gate = new Gate()) {
            sessions.then(jenkins -> {
                RigJenkins.addCredentials();
                Node agent = agents.createAgent(jenkins, RigJenkins.agent("builder", "builder"));
                WorkflowJob job =
                        RigJenkins.job(jenkins, """
                        node('builder') {
                            def image = multiArchBuild(platforms: 'amd64,arm64', baseTags: '%s', builder: '%s',
                                                       credentialsId: 'registry-push')
                            echo "digest=${image.digest}"
                        }
                        """.formatted(RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER));
                FilePath dockerfile = RigJenkins.writeApp(job, agent).child("Dockerfile");
                dockerfile.write(gate.guarded(dockerfile.readToString()), "UTF-8");
                job.scheduleBuild2(0).waitForStart();
                gate.awaitBuild();
            });
            sessions.then(jenkins -> {
                assertFalse(Rig.digest(repository, "1.0").isPresent());
                WorkflowJob job = jenkins.jenkins.getAllItems(WorkflowJob.class).get(0);
                WorkflowRun run = job.getBuildByNumber(1);
                agents.start(jenkins, "builder");
                gate.open();
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                jenkins.assertLogContains(
                        "digest=" + Rig.digest(repository, "1.0").orElseThrow(), run);
                assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
                assertEquals(1, JenkinsRule.getLog(run).split("building with \"", -1).length - 1, "one bake");
                List<TimelineEntry> times =
                        run.getAction(MultiArchReport.class).getImages().get(0).getTimeline();
                assertEquals(
                        List.of("plan", "prepare", "bake", "verify", "publish", "cleanUp"),
                        times.stream()
                                .filter(entry -> !entry.isStep())
                                .map(TimelineEntry::getKind)
                                .toList());
                assertTrue(times.stream().anyMatch(TimelineEntry::isStep), "steps from before the restart");
                FilePath workspace = jenkins.jenkins.getNode("builder").getWorkspaceFor(job);
                assertFalse(WorkspaceList.tempDir(workspace).list().stream()
                        .anyMatch(file -> file.getName().startsWith(Agent.DIRECTORY_PREFIX)));
            });
        }
    }

    @Test
    void severalImagesOfABakeFileGoOnAfterARestart() throws Throwable {
        try (Gate gate = new Gate()) {
            sessions.then(jenkins -> {
                RigJenkins.addCredentials();
                Node agent = agents.createAgent(jenkins, RigJenkins.agent("builder", "builder"));
                WorkflowJob job = RigJenkins.job(jenkins, """
                        node('builder') {
                            def image = multiArchBuild(platforms: 'amd64,arm64', bake: 'f.hcl', builder: '%s',
                                                       baseTags: [app: '%s', worker: '%s'],
                                                       credentialsId: 'registry-push')
                            echo "digests ${image.images.app.digest} ${image.images.worker.digest}"
                        }
                        """.formatted(
                        Rig.REMOTE_BUILDER, RigJenkins.tag(repository, "app"), RigJenkins.tag(repository, "worker")));
                FilePath dockerfile = RigJenkins.writeApp(job, agent).child("Dockerfile");
                String text = dockerfile.readToString();
                dockerfile.sibling("Guarded").write(gate.guarded(text), "UTF-8");
                dockerfile
                        .sibling("f.hcl")
                        .write("target \"app\" {}\ntarget \"worker\" {\n  dockerfile = \"Guarded\"\n}\n", "UTF-8");
                job.scheduleBuild2(0).waitForStart();
                gate.awaitBuild();
            });
            sessions.then(jenkins -> {
                WorkflowRun run =
                        jenkins.jenkins.getAllItems(WorkflowJob.class).get(0).getBuildByNumber(1);
                agents.start(jenkins, "builder");
                gate.open();
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                jenkins.assertLogContains(
                        "digests " + Rig.digest(repository, "app").orElseThrow() + " "
                                + Rig.digest(repository, "worker").orElseThrow(),
                        run);
                assertEquals(
                        List.of("published", "published"),
                        run.getAction(MultiArchReport.class).getImages().stream()
                                .map(ImageReport::getState)
                                .toList());
                assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "worker")));
            });
        }
    }

    @Test
    void everyGroupGoesOnAfterARestart() throws Throwable {
        try (Gate amd64 = new Gate();
                Gate arm64 = new Gate()) {
            sessions.then(jenkins -> {
                RigJenkins.addCredentials();
                Node x86 = agents.createAgent(jenkins, RigJenkins.agent("x86-1", "x86"));
                agents.createAgent(jenkins, RigJenkins.agent("arm-1", "arm"));
                WorkflowJob job =
                        RigJenkins.job(jenkins, """
                        node('x86') {
                            def image = multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', builder: '%s',
                                                       credentialsId: 'registry-push', dockerfiles: [arm64: 'Arm'],
                                                       agents: [amd64: 'x86', arm64: 'arm'])
                            echo "digest=${image.digest}"
                        }
                        """.formatted(RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER));
                FilePath dockerfile = RigJenkins.writeApp(job, x86).child("Dockerfile");
                String text = dockerfile.readToString();
                dockerfile.write(amd64.guarded(text), "UTF-8");
                dockerfile.sibling("Arm").write(arm64.guarded(text), "UTF-8");
                job.scheduleBuild2(0).waitForStart();
                amd64.awaitBuild();
                arm64.awaitBuild();
            });
            sessions.then(jenkins -> {
                WorkflowJob job = jenkins.jenkins.getAllItems(WorkflowJob.class).get(0);
                WorkflowRun run = job.getBuildByNumber(1);
                agents.start(jenkins, "x86-1");
                agents.start(jenkins, "arm-1");
                amd64.open();
                jenkins.waitForMessage("linux/amd64 is " + Rig.REGISTRY, run);
                assertFalse(Rig.digest(repository, "1.0").isPresent(), "one platform is not enough to publish");
                arm64.open();
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                jenkins.assertLogContains(
                        "digest=" + Rig.digest(repository, "1.0").orElseThrow(), run);
                assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(repository, "1.0")));
                assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
                assertEquals(2, JenkinsRule.getLog(run).split("building with \"", -1).length - 1, "one bake a group");
            });
        }
    }

    /** SIGKILL between the two records of a step's end, whose log Pipeline refuses to continue. */
    @Test
    void stepWhoseEndIsRecordedAndWhoseProgramIsNotIsDoneAgain() throws Throwable {
        try (Gate gate = new Gate()) {
            sessions.then(jenkins -> {
                RigJenkins.addCredentials();
                Node agent = agents.createAgent(jenkins, RigJenkins.agent("builder", "builder"));
                WorkflowJob job =
                        RigJenkins.job(jenkins, """
                        node('builder') {
                            multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push')
                        }
                        """.formatted(RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER));
                FilePath dockerfile = RigJenkins.writeApp(job, agent).child("Dockerfile");
                dockerfile.write(gate.guarded(dockerfile.readToString()), "UTF-8");
                job.scheduleBuild2(0).waitForStart();
                gate.awaitBuild();
            });
            OlderProgram.restore();
            sessions.then(jenkins -> {
                WorkflowRun resumed =
                        jenkins.jenkins.getAllItems(WorkflowJob.class).get(0).getBuildByNumber(1);
                agents.start(jenkins, "builder");
                gate.open();
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(resumed));
                jenkins.assertLogContains(
                        "The controller was killed at the end of a step, which is done again.", resumed);
                assertTrue(Rig.digest(repository, "1.0").isPresent());
            });
        }
    }

    @Test
    void publishingIsDoneAgain() throws Throwable {
        CountDownLatch moved = new CountDownLatch(1);
        CountDownLatch restarted = new CountDownLatch(1);
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.fail(1, "PUT .*/manifests/1\\.0$", (exchange, real) -> {
                real.get();
                moved.countDown();
                restarted.await();
            });
            sessions.then(jenkins -> {
                RigJenkins.addCredentials();
                Node agent = agents.createAgent(jenkins, RigJenkins.agent("builder", "builder"));
                WorkflowJob job =
                        RigJenkins.job(jenkins, """
                        node('builder') {
                            def image = multiArchBuild(platforms: 'amd64,arm64', builder: '%s', credentialsId: 'registry-push',
                                                       baseTags: '%s/%s:1.0')
                            echo "digest=${image.digest}"
                        }
                        """.formatted(Rig.REMOTE_BUILDER, registry.host(), repository));
                RigJenkins.writeApp(job, agent);
                job.scheduleBuild2(0).waitForStart();
                assertTrue(moved.await(2, TimeUnit.MINUTES), "the registry has moved the tag");
            });
            assertTrue(Rig.digest(repository, "1.0").isPresent());
            sessions.then(jenkins -> {
                restarted.countDown();
                agents.start(jenkins, "builder");
                WorkflowJob job = jenkins.jenkins.getAllItems(WorkflowJob.class).get(0);
                WorkflowRun run = job.getBuildByNumber(1);
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                jenkins.assertLogContains(
                        "digest=" + Rig.digest(repository, "1.0").orElseThrow(), run);
                assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
                assertEquals(1, JenkinsRule.getLog(run).split("building with \"", -1).length - 1, "built once");
                TagReport tag = run.getAction(MultiArchReport.class)
                        .getImages()
                        .get(0)
                        .getTags()
                        .get(0);
                assertEquals("Published", tag.getOutcomeText());
                assertNull(tag.getBefore(), "it pointed at nothing before the step began");
            });
        }
    }

    @TestExtension("stepWhoseEndIsRecordedAndWhoseProgramIsNotIsDoneAgain")
    public static final class BeforeTheBake extends OlderProgram {

        public BeforeTheBake() {
            super("Check the source");
        }
    }
}
