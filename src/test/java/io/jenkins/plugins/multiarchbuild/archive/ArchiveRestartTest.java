package io.jenkins.plugins.multiarchbuild.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hudson.FilePath;
import hudson.model.Node;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.File;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** A restart of the controller while the image of one agent is ready for the archive and that of the other is not. */
@NeedsRig
class ArchiveRestartTest {

    @RegisterExtension
    private final FlagExtension<Long> patience = RigJenkins.patience();

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final String image = "archive.example.com/" + RigJenkins.newRepository() + ":1.0";

    @ParameterizedTest
    @CsvSource({"amd64, Fetched linux/arm64 for the archive", "arm64, linux/amd64 is built and not pushed"})
    void whatIsReadyIsNotBuiltAgain(String slow, String ready) throws Throwable {
        try (Gate gate = new Gate()) {
            sessions.then(jenkins -> {
                Node x86 = agents.createAgent(jenkins, RigJenkins.agent("x86-1", "x86"));
                agents.createAgent(jenkins, RigJenkins.agent("arm-1", "arm"));
                WorkflowJob job = RigJenkins.job(jenkins, """
                        node('x86') {
                            multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', builder: '%s', push: false,
                                           archive: 'app.tar', dockerfiles: [%s: 'Slow'], agents: [amd64: 'x86', arm64: 'arm'])
                        }
                        """.formatted(image, Rig.REMOTE_BUILDER, slow));
                FilePath dockerfile = RigJenkins.writeApp(job, x86).child("Dockerfile");
                dockerfile.sibling("Slow").write(gate.guarded(dockerfile.readToString()), "UTF-8");
                WorkflowRun run = job.scheduleBuild2(0).waitForStart();
                gate.awaitBuild();
                jenkins.waitForMessage(ready, run);
            });
            sessions.then(jenkins -> {
                WorkflowJob job = jenkins.jenkins.getAllItems(WorkflowJob.class).get(0);
                WorkflowRun run = job.getBuildByNumber(1);
                agents.start(jenkins, "x86-1");
                agents.start(jenkins, "arm-1");
                gate.open();
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                assertEquals(2, JenkinsRule.getLog(run).split("building with \"", -1).length - 1, "one bake a group");
                FilePath workspace = jenkins.jenkins.getNode("x86-1").getWorkspaceFor(job);
                Rig.docker("load", "--input", workspace.child("app.tar").getRemote());
                assertEquals("x86_64", Rig.runLoaded("linux/amd64", image));
                assertEquals("aarch64", Rig.runLoaded("linux/arm64", image));
                Rig.docker("image", "rm", "--force", image);
                assertFalse(WorkspaceList.tempDir(workspace).list().stream()
                        .anyMatch(file -> file.getName().startsWith(Agent.DIRECTORY_PREFIX)));
                assertEquals(0, new File(run.getRootDir(), "multi-arch-build").list().length);
            });
        }
    }
}
