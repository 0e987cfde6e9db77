package io.jenkins.plugins.multiarchbuild.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hudson.FilePath;
import hudson.model.Node;
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

/** A restart of the controller while two agents build. */
@NeedsRig
class FarmRestartTest {

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final String repository = RigJenkins.newRepository();

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
                assertEquals(2, JenkinsRule.getLog(run).split("#0 building with", -1).length - 1, "one bake a group");
            });
        }
    }
}
