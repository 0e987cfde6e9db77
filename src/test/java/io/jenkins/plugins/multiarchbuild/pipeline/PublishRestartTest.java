package io.jenkins.plugins.multiarchbuild.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Node;
import io.jenkins.plugins.multiarchbuild.rig.FaultyRegistry;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** A restart of the controller while a tag is being moved. */
@NeedsRig
class PublishRestartTest {

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final String repository = RigJenkins.newRepository();

    @Test
    void publishingIsDoneAgain() throws Throwable {
        CountDownLatch moving = new CountDownLatch(1);
        CountDownLatch restarted = new CountDownLatch(1);
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.fail(1, "PUT .*/manifests/1\\.0$", (exchange, real) -> {
                moving.countDown();
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
                assertTrue(moving.await(2, TimeUnit.MINUTES), "the tag is about to move");
            });
            assertFalse(Rig.digest(repository, "1.0").isPresent());
            sessions.then(jenkins -> {
                restarted.countDown();
                agents.start(jenkins, "builder");
                WorkflowJob job = jenkins.jenkins.getAllItems(WorkflowJob.class).get(0);
                WorkflowRun run = job.getBuildByNumber(1);
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                jenkins.assertLogContains(
                        "digest=" + Rig.digest(repository, "1.0").orElseThrow(), run);
                assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
                assertEquals(1, JenkinsRule.getLog(run).split("#0 building with", -1).length - 1, "built once");
            });
        }
    }
}
