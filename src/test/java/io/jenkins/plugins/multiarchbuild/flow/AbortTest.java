package io.jenkins.plugins.multiarchbuild.flow;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.FaultyRegistry;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user stops a build in its middle. */
@NeedsRig
class AbortTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static DumbSlave agent;

    @BeforeAll
    static void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
    }

    @Test
    void abortInMidBuildLeavesNothing() throws Exception {
        String repository = RigJenkins.newRepository();
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node { multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', credentialsId: 'registry-push') }"
                        .formatted(RigJenkins.tag(repository, "1.0")));
        FilePath workspace = RigJenkins.writeApp(job, agent);
        FilePath temporary = WorkspaceList.tempDir(workspace);
        try (Gate gate = new Gate()) {
            FilePath dockerfile = workspace.child("Dockerfile");
            dockerfile.write(gate.guarded(dockerfile.readToString()), "UTF-8");
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            gate.awaitBuild();
            assertTrue(bakes(temporary), "the build runs");

            run.getExecutor().interrupt();

            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
            String page =
                    jenkins.createWebClient().getPage(run, "multi-arch-images/").asNormalizedText();
            assertTrue(page.contains("Not published: the step was aborted"), page);
            // buildx cancels its build when it is told to end, which takes a moment
            await(Duration.ofSeconds(10), () -> !bakes(temporary));
            assertFalse(
                    temporary.list().stream().anyMatch(file -> file.getName().startsWith(Agent.DIRECTORY_PREFIX)),
                    "no directory is left");
        }
        assertFalse(Rig.digest(repository, "1.0").isPresent());
    }

    @Test
    void registryThatNeverAnswersDoesNotHoldTheBuildForEver() throws Exception {
        String repository = RigJenkins.newRepository();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.fail(1, "PUT .*/manifests/1\\.0$", (exchange, real) -> {
                asked.countDown();
                over.await();
            });
            String tag = registry.host() + "/" + repository + ":1.0";
            WorkflowJob job = RigJenkins.job(
                    jenkins,
                    "node { multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push') }"
                            .formatted(tag, Rig.REMOTE_BUILDER));
            RigJenkins.writeApp(job, agent);
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            assertTrue(asked.await(2, TimeUnit.MINUTES), "the tag is about to move");

            List<ProcessHandle> commands = ProcessHandle.allProcesses()
                    .filter(process -> Arrays.asList(process.info().arguments().orElse(new String[0]))
                            .contains(tag))
                    .toList();
            assertFalse(commands.isEmpty(), "a command waits for the answer");

            // what a timeout around the step does too
            run.getExecutor().interrupt();

            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
            for (ProcessHandle command : commands) {
                command.onExit().get(30, TimeUnit.SECONDS);
            }
            assertFalse(Rig.digest(repository, "1.0").isPresent());
            over.countDown();
        }
    }

    private static boolean bakes(FilePath temporary) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").contains(temporary.getRemote()));
    }
}
