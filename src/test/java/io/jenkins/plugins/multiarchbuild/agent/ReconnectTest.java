package io.jenkins.plugins.multiarchbuild.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hudson.FilePath;
import hudson.model.Node;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** An agent whose connection breaks while it builds, and that comes back. */
@NeedsRig
@WithJenkins
class ReconnectTest {

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final String repository = RigJenkins.newRepository();

    @Test
    void buildGoesOnWhenTheAgentIsBack(JenkinsRule jenkins) throws Exception {
        RigJenkins.addCredentials();
        Node agent = agents.createAgent(jenkins, RigJenkins.agent("builder", "builder"));
        WorkflowJob job = RigJenkins.job(jenkins, """
                node('builder') {
                    multiArchBuild(platforms: 'amd64,arm64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push')
                }
                """.formatted(RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER));
        FilePath workspace = RigJenkins.writeApp(job, agent);
        try (Gate gate = new Gate()) {
            FilePath dockerfile = workspace.child("Dockerfile");
            dockerfile.write(gate.guarded(dockerfile.readToString()), "UTF-8");
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            gate.awaitBuild();

            agents.stop(jenkins, "builder");
            agents.start(jenkins, "builder");
            gate.open();

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertEquals(1, JenkinsRule.getLog(run).split("building with \"", -1).length - 1, "one bake");
        }
        assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
        FilePath temporary =
                WorkspaceList.tempDir(jenkins.jenkins.getNode("builder").getWorkspaceFor(job));
        assertFalse(temporary.list().stream().anyMatch(file -> file.getName().startsWith(Agent.DIRECTORY_PREFIX)));
    }
}
