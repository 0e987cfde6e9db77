package io.jenkins.plugins.multiarchbuild.flow;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Items;
import hudson.model.PeriodicWork;
import hudson.model.Result;
import hudson.model.Slave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.rig.FaultyRegistry;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Builds of a job that move the same tag. Each has a tag of its own too, and an image of its own. */
@NeedsRig
class SharedTagsTest {

    /** Outside of node. */
    private static final String BUILD = """
            node('builder') {
                writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY Dockerfile /\\n'
                stash 'source'
            }
            def image = multiArchBuild(platforms: 'amd64', baseTags: "%1$s:${env.BUILD_NUMBER} %1$s:latest",
                                       stash: 'source', agents: ['*': 'builder'], labels: [build: env.BUILD_NUMBER],
                                       builder: '%2$s', credentialsId: 'registry-push', verifyPlatforms: false)
            echo "digest=${image.digest} superseded=${image.superseded}"
            """;

    /** Inside node; the first build publishes once a file is there. */
    private static final String BUILD_AND_PUBLISH = """
            node('builder') {
                writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY Dockerfile /\\n'
                def built = multiArchBuild(platforms: 'amd64', baseTags: '%1$s:latest', publish: false,
                                           labels: [build: env.BUILD_NUMBER], builder: '%2$s',
                                           credentialsId: 'registry-push', verifyPlatforms: false)
                if (env.BUILD_NUMBER == '1') {
                    sh 'until test -e %3$s; do sleep 0.2; done'
                }
                def image = multiArchPublish(images: built.references, baseTags: '%1$s:latest',
                                             credentialsId: 'registry-push')
                echo "tags=${image.tags} superseded=${image.superseded}"
            }
            """;

    @RegisterExtension
    private final FlagExtension<Long> patience = RigJenkins.patience();

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir
    private Path directory;

    private final String repository = RigJenkins.newRepository();

    @Test
    void waitingNeedsNoExecutorAndSurvivesARestart() throws Throwable {
        CountDownLatch publishing = new CountDownLatch(1);
        CountDownLatch restarted = new CountDownLatch(1);
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.fail(1, "PUT .*/manifests/latest$", (exchange, real) -> {
                publishing.countDown();
                restarted.await();
            });
            sessions.then(jenkins -> {
                RigJenkins.addCredentials();
                Slave agent = agents.createAgent(jenkins, RigJenkins.agent("builder", "builder"));
                RigJenkins.setExecutors(jenkins, agent, 2);
                WorkflowJob job = job(jenkins, BUILD, registry.host());
                job.scheduleBuild2(0).waitForStart();
                assertTrue(publishing.await(3, TimeUnit.MINUTES), "the first build publishes");
                for (int i = 2; i <= 3; i++) {
                    WorkflowRun run = job.scheduleBuild2(0).waitForStart();
                    awaitWait(run);
                }
                await(Duration.ofMinutes(1), () -> agent.toComputer().countBusy() == 1);
            });
            restarted.countDown();
            sessions.then(jenkins -> {
                agents.start(jenkins, "builder");
                WorkflowJob job = jenkins.jenkins.getAllItems(WorkflowJob.class).get(0);
                for (int i = 1; i <= 3; i++) {
                    WorkflowRun run = job.getBuildByNumber(i);
                    jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                    jenkins.assertLogContains("digest=" + digest(String.valueOf(i)) + " superseded=[]", run);
                }
                assertEquals(digest("3"), digest("latest"));
            });
        }
    }

    @Test
    void abortedBuildLeavesTheQueue() throws Throwable {
        CountDownLatch publishing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.fail(1, "PUT .*/manifests/latest$", (exchange, real) -> {
                publishing.countDown();
                goOn.await();
            });
            sessions.then(jenkins -> {
                builder(jenkins, 2);
                WorkflowJob job = job(jenkins, BUILD, registry.host());
                WorkflowRun first = job.scheduleBuild2(0).waitForStart();
                assertTrue(publishing.await(3, TimeUnit.MINUTES), "the first build publishes");
                WorkflowRun second = job.scheduleBuild2(0).waitForStart();
                awaitWait(second);
                WorkflowRun third = job.scheduleBuild2(0).waitForStart();
                awaitWait(third);

                second.doStop();
                jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(second));
                assertTrue(third.isBuilding());
                goOn.countDown();

                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(third));
                assertFalse(Rig.digest(repository, "2").isPresent());
                assertEquals(digest("3"), digest("latest"));
            });
        }
    }

    @Test
    void jobMayMoveMeanwhile() throws Throwable {
        CountDownLatch publishing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.fail(1, "PUT .*/manifests/latest$", (exchange, real) -> {
                publishing.countDown();
                goOn.await();
            });
            sessions.then(jenkins -> {
                builder(jenkins, 3);
                WorkflowJob job = job(jenkins, BUILD, registry.host());
                WorkflowRun first = job.scheduleBuild2(0).waitForStart();
                assertTrue(publishing.await(3, TimeUnit.MINUTES), "the first build publishes");
                WorkflowRun second = job.scheduleBuild2(0).waitForStart();
                awaitWait(second);

                Items.move(job, jenkins.createProject(Folder.class, "team"));
                checkForBuildsThatAreOver();
                WorkflowRun third = job.scheduleBuild2(0).waitForStart();
                awaitWait(third);
                goOn.countDown();

                for (WorkflowRun run : List.of(first, second, third)) {
                    jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                    jenkins.assertLogContains("superseded=[]", run);
                }
                assertEquals(digest("3"), digest("latest"));
            });
        }
    }

    private static void checkForBuildsThatAreOver() {
        PeriodicWork.all().stream()
                .filter(each -> each.getClass().getName().contains("TagQueueCleaner"))
                .forEach(PeriodicWork::run);
    }

    @Test
    void allSucceedAndTheLastBuildHasTheTag() throws Throwable {
        sessions.then(jenkins -> {
            builder(jenkins, 4);
            WorkflowJob job = job(jenkins, BUILD, Rig.REGISTRY);
            List<WorkflowRun> runs = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                runs.add(job.scheduleBuild2(0).waitForStart());
            }

            for (WorkflowRun run : runs) {
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                jenkins.assertLogContains("digest=" + digest(String.valueOf(run.getNumber())), run);
            }
            assertEquals(digest("6"), digest("latest"));
        });
    }

    @Test
    void olderBuildLeavesTheTagAlone() throws Throwable {
        sessions.then(jenkins -> {
            builder(jenkins, 2);
            String tag = RigJenkins.tag(repository, "latest");
            WorkflowJob job = job(jenkins, BUILD_AND_PUBLISH, Rig.REGISTRY);
            WorkflowRun first = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("linux/amd64 is", first);
            WorkflowRun second = jenkins.buildAndAssertSuccess(job);
            jenkins.assertLogContains("tags=[" + tag + "] superseded=[]", second);
            String digest = digest("latest");

            Files.createFile(go());

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
            jenkins.assertLogContains(tag + " is left alone: superseded by #2.", first);
            jenkins.assertLogContains("tags=[] superseded=[" + tag + "]", first);
            assertEquals(digest, digest("latest"));
        });
    }

    /** The driver docker moves it when it builds. */
    @Test
    void olderBuildSetsAnArchTagBack() throws Throwable {
        sessions.then(jenkins -> {
            builder(jenkins, 2);
            String tag = RigJenkins.tag(repository, "latest");
            WorkflowJob job = RigJenkins.job(jenkins, """
                    node('builder') {
                        writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY Dockerfile /\\n'
                        if (env.BUILD_NUMBER == '1') {
                            sh 'until test -e %s; do sleep 0.2; done'
                        }
                        multiArchBuild(platforms: 'amd64', baseTags: '%s', archTags: true, builder: 'default',
                                       labels: [build: env.BUILD_NUMBER], credentialsId: 'registry-push',
                                       verifyPlatforms: false)
                    }
                    """.formatted(go(), tag));
            WorkflowRun first = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("+ test -e", first);
            jenkins.buildAndAssertSuccess(job);
            String digest = digest("latest-amd64");

            Files.createFile(go());

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
            jenkins.assertLogContains(
                    tag + "-amd64 was moved when the image was built, and is set back to " + digest
                            + ": superseded by #2.",
                    first);
            jenkins.assertLogContains(tag + " is left alone: superseded by #2.", first);
            assertEquals(digest, digest("latest-amd64"));
        });
    }

    /** The registry has the new image before the build knows. */
    @Test
    void olderBuildLeavesATagAloneThatAStoppedBuildMayHaveMoved() throws Throwable {
        CountDownLatch moved = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.fail(1, "PUT .*/manifests/latest$", (exchange, real) -> {
                real.get();
                moved.countDown();
                over.await();
            });
            sessions.then(jenkins -> {
                builder(jenkins, 2);
                WorkflowJob job = job(jenkins, BUILD_AND_PUBLISH, registry.host());
                WorkflowRun first = job.scheduleBuild2(0).waitForStart();
                jenkins.waitForMessage("linux/amd64 is", first);
                WorkflowRun second = job.scheduleBuild2(0).waitForStart();
                assertTrue(moved.await(3, TimeUnit.MINUTES), "the second build has moved the tag");
                String digest = digest("latest");

                second.doStop();

                jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(second));
                jenkins.assertLogContains("Stopped while tags were moved: it is not known which of", second);
                // its task may report after the build has ended
                await(Duration.ofMinutes(1), () -> {
                    List<ImageReport> images =
                            second.getAction(MultiArchReport.class).getImages();
                    return images.get(images.size() - 1).getState().equals("aborted");
                });
                over.countDown();
                Files.createFile(go());
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
                jenkins.assertLogContains("latest is left alone: superseded by #2.", first);
                assertEquals(digest, digest("latest"));
            });
        }
    }

    /** Waits until a build waits for another; it says for which. */
    private static void awaitWait(WorkflowRun run) throws Exception {
        String message = "Waiting for " + run.getParent().getFullName() + "#1, which came first";
        await(Duration.ofMinutes(3), () -> {
            assertTrue(run.isBuilding(), () -> "ended: " + run);
            return JenkinsRule.getLog(run).contains(message);
        });
    }

    private static void builder(JenkinsRule jenkins, int executors) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        RigJenkins.addCredentials();
        Slave agent = jenkins.createSlave("builder", "builder", null);
        jenkins.waitOnline(agent);
        RigJenkins.setExecutors(jenkins, agent, executors);
    }

    private WorkflowJob job(JenkinsRule jenkins, String script, String registry) throws Exception {
        return RigJenkins.job(jenkins, script.formatted(registry + "/" + repository, Rig.REMOTE_BUILDER, go()));
    }

    private String digest(String tag) throws Exception {
        return Rig.digest(repository, tag).orElseThrow();
    }

    private Path go() {
        return directory.resolve("go");
    }
}
