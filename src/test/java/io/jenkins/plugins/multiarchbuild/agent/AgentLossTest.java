package io.jenkins.plugins.multiarchbuild.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.concurrent.ExecutionException;
import org.jenkinsci.plugins.workflow.flow.GraphListener;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** An agent that is removed from Jenkins, or away for a moment, while it builds. */
@NeedsRig
@WithJenkins
class AgentLossTest {

    private final String repository = RigJenkins.newRepository();

    @Test
    void groupIsBuiltAgainOnAnotherAgent(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        RigJenkins.addCredentials();
        DumbSlave source = jenkins.createSlave("source", "source", null);
        DumbSlave first = jenkins.createSlave("arm-1", "arm", null);
        jenkins.waitOnline(source);
        jenkins.waitOnline(first);
        WorkflowJob job = RigJenkins.job(jenkins, """
                node('source') {
                    def image = multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', builder: '%s',
                                               credentialsId: 'registry-push', agents: ['*': 'arm'])
                    echo "built by ${image.platforms*.agent}"
                }
                """.formatted(RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER));
        try (Gate gate = new Gate()) {
            FilePath dockerfile = RigJenkins.writeApp(job, source).child("Dockerfile");
            dockerfile.write(gate.guarded(dockerfile.readToString()), "UTF-8");
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            gate.awaitBuild();

            jenkins.jenkins.removeNode(first);
            Node second = jenkins.createSlave("arm-2", "arm", null);
            gate.open();

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("built by [" + second.getNodeName() + ", " + second.getNodeName() + "]", run);
        }
        assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
    }

    @Test
    void taskWaitsForAnAgentThatIsAwayWhenItStarts(JenkinsRule jenkins) throws Exception {
        RigJenkins.addCredentials();
        DumbSlave agent = jenkins.createSlave("agent", "docker", null);
        jenkins.waitOnline(agent);
        AfterBake.disconnected = agent.toComputer();
        WorkflowJob job = RigJenkins.job(jenkins, """
                node('docker') {
                    multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push')
                }
                """.formatted(RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER));
        RigJenkins.writeApp(job, agent);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        assertFalse(JenkinsRule.getLog(run).contains("ERROR"), JenkinsRule.getLog(run));
        Rig.digest(repository, "1.0").orElseThrow();
    }

    /** Disconnects an agent when its bake has ended, before the next task starts, and lets it come back. */
    @TestExtension
    public static final class AfterBake implements GraphListener.Synchronous {

        private static volatile Computer disconnected;

        @Override
        public void onNewHead(FlowNode node) {
            Computer computer = disconnected;
            if (computer != null
                    && node.getParents().stream()
                            .anyMatch(before -> before.getDisplayFunctionName().contains(BakeStep.FUNCTION))) {
                disconnected = null;
                try {
                    computer.disconnect(new OfflineCause.ByCLI("for a moment")).get();
                } catch (InterruptedException | ExecutionException e) {
                    throw new IllegalStateException(e);
                }
                computer.connect(true);
            }
        }
    }
}
