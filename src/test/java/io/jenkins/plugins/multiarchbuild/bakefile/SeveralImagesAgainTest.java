package io.jenkins.plugins.multiarchbuild.bakefile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.model.Node;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.rig.FaultyRegistry;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Publishing of several images that is interrupted after the tags of one of them have moved. */
@NeedsRig
class SeveralImagesAgainTest {

    @RegisterExtension
    private final FlagExtension<Long> patience = RigJenkins.patience();

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final String app = RigJenkins.newRepository();
    private final String worker = app.replaceFirst("app$", "worker");

    private final CountDownLatch moved = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    void restartOfTheControllerPublishesAllImages() throws Throwable {
        try (FaultyRegistry registry = stuck()) {
            sessions.then(jenkins -> {
                start(jenkins, registry);
                assertTrue(moved.await(2, TimeUnit.MINUTES), "the registry has moved the tag");
            });
            sessions.then(jenkins -> {
                over.countDown();
                agents.start(jenkins, "builder");
                assertPublished(
                        jenkins,
                        jenkins.jenkins.getAllItems(WorkflowJob.class).get(0).getBuildByNumber(1));
            });
        }
    }

    @Test
    void lossOfTheAgentPublishesAllImages() throws Throwable {
        try (FaultyRegistry registry = stuck()) {
            sessions.then(jenkins -> {
                WorkflowRun run = start(jenkins, registry);
                assertTrue(moved.await(2, TimeUnit.MINUTES), "the registry has moved the tag");

                agents.stop(jenkins, "builder");
                over.countDown();
                jenkins.waitForMessage("was disconnected", run);
                agents.start(jenkins, "builder");

                assertPublished(jenkins, run);
            });
        }
    }

    /** The second image has its tag, and nobody knows. */
    private FaultyRegistry stuck() throws Exception {
        FaultyRegistry registry = new FaultyRegistry();
        registry.fail(1, "PUT .*/worker/manifests/1\\.0$", (exchange, real) -> {
            real.get();
            moved.countDown();
            over.await();
        });
        return registry;
    }

    private WorkflowRun start(JenkinsRule jenkins, FaultyRegistry registry) throws Throwable {
        RigJenkins.addCredentials();
        Node agent = agents.createAgent(jenkins, RigJenkins.agent("builder", "builder"));
        WorkflowJob job = RigJenkins.job(jenkins, """
                        node('builder') {
                            def built = multiArchBuild(platforms: 'amd64,arm64', builder: '%1$s', credentialsId: 'registry-push',
                                                       bake: 'docker-bake.hcl', verifyPlatforms: false,
                                                       baseTags: [app: '%2$s/%3$s:1.0', worker: '%2$s/%4$s:1.0'])
                            built.images.each { name, image -> echo "${name} ${image.digest}" }
                        }
                        """.formatted(Rig.REMOTE_BUILDER, registry.host(), app, worker));
        FilePath file = RigJenkins.writeApp(job, agent).child("docker-bake.hcl");
        file.write("""
                target "app" { dockerfile-inline = "FROM scratch\\nLABEL of=app\\nCOPY docker-bake.hcl /" }
                target "worker" { dockerfile-inline = "FROM scratch\\nLABEL of=worker\\nCOPY docker-bake.hcl /" }
                """, "UTF-8");
        return job.scheduleBuild2(0).waitForStart();
    }

    private void assertPublished(JenkinsRule jenkins, WorkflowRun run) throws Exception {
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertEquals(1, JenkinsRule.getLog(run).split("building with \"", -1).length - 1, "built once");
        List<ImageReport> images = run.getAction(MultiArchReport.class).getImages();
        assertEquals(
                List.of("app", "worker"),
                images.stream().map(ImageReport::getTarget).toList());
        for (ImageReport image : images) {
            String repository = image.getTarget().equals("app") ? app : worker;
            String digest = Rig.digest(repository, "1.0").orElseThrow();
            jenkins.assertLogContains(image.getTarget() + " " + digest, run);
            assertEquals("published", image.getState());
            assertEquals("Published", image.getTags().get(0).getOutcomeText());
            assertNull(image.getTags().get(0).getBefore(), "it pointed at nothing before the step began");
        }
    }
}
