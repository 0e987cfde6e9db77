package io.jenkins.plugins.multiarchbuild.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hudson.FilePath;
import hudson.model.Node;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** A restart of the controller in the middle of a build. */
@NeedsRig
class RestartTest {

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
                assertEquals(1, JenkinsRule.getLog(run).split("#0 building with", -1).length - 1, "one bake");
                FilePath workspace = jenkins.jenkins.getNode("builder").getWorkspaceFor(job);
                assertFalse(WorkspaceList.tempDir(workspace).list().stream()
                        .anyMatch(file -> file.getName().startsWith(GroupBuild.DIRECTORY_PREFIX)));
            });
        }
    }
}
