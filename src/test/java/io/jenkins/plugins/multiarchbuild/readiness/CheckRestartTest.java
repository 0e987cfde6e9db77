package io.jenkins.plugins.multiarchbuild.readiness;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;

import hudson.model.Slave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir
    private Path directory;

    @Test
    void agentIsAskedAgain() throws Throwable {
        Path reached = directory.resolve("reached");
        Path go = directory.resolve("go");
        Path docker = Files.writeString(
                directory.resolve("docker"),
                "#!/bin/sh\ntouch " + reached + "\nwhile [ ! -e " + go + " ]; do sleep 0.1; done\nexec "
                        + Rig.program("docker") + " \"$@\"\n");
        docker.toFile().setExecutable(true);
        sessions.then(jenkins -> {
            Slave agent = (Slave) agents.createAgent(jenkins, RigJenkins.agent("slow", "slow"));
            agent.getNodeProperties()
                    .add(new EnvironmentVariablesNodeProperty(
                            new EnvironmentVariablesNodeProperty.Entry("PATH+STUB", directory.toString())));
            agent.save();
            WorkflowJob job = RigJenkins.job(
                    jenkins,
                    "def checked = multiArchCheck(platforms: 'arm64', agents: ['*': 'slow'])\necho \"so ${checked[0].buildable}\"");
            job.scheduleBuild2(0).waitForStart();
            await(Duration.ofMinutes(2), () -> Files.exists(reached));
        });
        Files.createFile(go);
        sessions.then(jenkins -> {
            WorkflowRun run =
                    jenkins.jenkins.getAllItems(WorkflowJob.class).get(0).getBuildByNumber(1);
            jenkins.waitForMessage("Resuming build", run);
            agents.start(jenkins, "slow");

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("linux/arm64 can be built on agent 'slow'", run);
            jenkins.assertLogContains("so true", run);
        });
    }
}
