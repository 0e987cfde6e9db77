package io.jenkins.plugins.multiarchbuild.credentials;

import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SecretBuild;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Controller or agent go away in the middle of a build: no secret outlives that. */
@NeedsRig
class SecretSurvivorTest {

    @RegisterExtension
    private final FlagExtension<Long> patience = RigJenkins.patience();

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @Test
    void goneAfterRestart() throws Throwable {
        try (SecretBuild build = new SecretBuild()) {
            sessions.then(jenkins -> start(jenkins, build));
            sessions.then(jenkins -> {
                WorkflowRun run = run(jenkins);
                agents.start(jenkins, "builder");
                build.assertOnlyInPrivateFiles(jenkins);
                build.gate.open();
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                build.assertUsed(run);
                build.assertNowhere(jenkins, run);
            });
        }
    }

    @Test
    void goneWhenKilledAgentIsBack() throws Throwable {
        try (SecretBuild build = new SecretBuild()) {
            sessions.then(jenkins -> {
                start(jenkins, build);
                agents.stop("builder");
                Computer computer = jenkins.jenkins.getComputer("builder");
                await("the agent is offline", computer::isOffline);
                // with nobody there who could remove anything
                run(jenkins).getExecutor().interrupt();
                jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run(jenkins)));
                assertTrue(build.isLeftBehind(), "the agent died with secrets on its disk");
            });
            sessions.then(jenkins -> {
                agents.start(jenkins, "builder");
                await("what was left is removed", () -> !build.isLeftBehind());
                build.assertNowhere(jenkins, run(jenkins));
            });
        }
    }

    private void start(JenkinsRule jenkins, SecretBuild build) throws Exception {
        Node agent = agents.createAgent(jenkins, RigJenkins.agent("builder", "builder"));
        WorkflowJob job = build.createJob(jenkins, agent, "stage('x')");
        job.scheduleBuild2(0).waitForStart();
        build.gate.awaitBuild();
        build.assertOnlyInPrivateFiles(jenkins);
    }

    private static WorkflowRun run(JenkinsRule jenkins) {
        return jenkins.jenkins.getAllItems(WorkflowJob.class).get(0).getBuildByNumber(1);
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < end, what);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
