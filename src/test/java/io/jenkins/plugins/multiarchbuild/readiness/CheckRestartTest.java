package io.jenkins.plugins.multiarchbuild.readiness;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Slave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** A restart of the controller while {@code multiArchCheck} waits for an agent, which comes back late. */
@NeedsRig
class CheckRestartTest {

    private static final int ROUNDS = 5;

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir
    private Path directory;

    @Test
    void agentIsAskedAgain() throws Throwable {
        boolean interrupted = false;
        for (int round = 0; !interrupted && round < ROUNDS; round++) {
            interrupted = askDuringRestart("slow-" + round);
        }
        assertTrue(interrupted, "the controller never shut down before the agent was gone");
    }

    /** @return whether the controller shut down while it asked, and did not see before that the test closes connections */
    private boolean askDuringRestart(String name) throws Throwable {
        Path reached = directory.resolve(name + "-reached");
        Path go = directory.resolve(name + "-go");
        Path stub = Files.createDirectory(directory.resolve(name));
        Path docker = Files.writeString(
                stub.resolve("docker"),
                "#!/bin/sh\ntouch " + reached + "\nwhile [ ! -e " + go + " ]; do sleep 0.1; done\nexec "
                        + Rig.program("docker") + " \"$@\"\n");
        docker.toFile().setExecutable(true);
        sessions.then(jenkins -> {
            Slave agent = (Slave) agents.createAgent(jenkins, RigJenkins.agent(name, name));
            agent.getNodeProperties()
                    .add(new EnvironmentVariablesNodeProperty(
                            new EnvironmentVariablesNodeProperty.Entry("PATH+STUB", stub.toString())));
            agent.save();
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
            job.setDefinition(new CpsFlowDefinition(
                    "def checked = multiArchCheck(platforms: 'arm64', agents: ['*': '" + name
                            + "'])\necho \"so ${checked[0].buildable}\"",
                    true));
            job.scheduleBuild2(0).waitForStart();
            await(Duration.ofMinutes(2), () -> Files.exists(reached));
        });
        Files.createFile(go);
        AtomicBoolean interrupted = new AtomicBoolean();
        sessions.then(jenkins -> {
            WorkflowRun run =
                    jenkins.jenkins.getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
            interrupted.set(run.isBuilding());
            if (!run.isBuilding()) {
                jenkins.assertLogContains("The agent went away while it was asked", run);
                return;
            }
            jenkins.waitForMessage("Resuming build", run);
            agents.start(jenkins, name);

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("linux/arm64 can be built on agent '" + name + "'", run);
            jenkins.assertLogContains("so true", run);
        });
        return interrupted.get();
    }
}
