package io.jenkins.plugins.multiarchbuild.flow;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.ClassicEngine;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** An engine of the test's own that is killed in the middle of a bake. */
@NeedsRig
@WithJenkins
class BuilderLossTest {

    private static final String WENT_AWAY = "The builder went away during the build";

    private static final String DOCKERFILE = """
            FROM scratch
            COPY busybox-amd64 /bin/busybox
            RUN ["/bin/busybox", "sh", "-c", "echo first %1$s"]
            RUN ["/bin/busybox", "sh", "-c", "echo second %1$s"]
            RUN ["/bin/busybox", "sh", "-c", "echo third %1$s"]
            ARG LAST
            CMD ["/bin/busybox", "uname", "-m"]
            """;

    private final String repository = RigJenkins.newRepository();
    private final String tag = RigJenkins.tag(repository, "1.0");
    private ClassicEngine engine;
    private Gate gate;
    private JenkinsRule jenkins;
    private DumbSlave source;

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        source = RigJenkins.onlyAgent(jenkins);
        engine = new ClassicEngine();
        gate = new Gate();
    }

    @AfterEach
    void stop() throws Exception {
        gate.close();
        engine.close();
    }

    @Test
    void groupIsBuiltAgainFromTheCacheOnceTheBuilderAnswers() throws Exception {
        WorkflowRun run = startBuild("retries: 1");

        engine.kill();
        jenkins.waitForMessage(WENT_AWAY, run);
        gate.open();
        engine.start();

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("The group is built again when the builder is back.", run);
        assertEquals(2, bakes(run));
        String[] log = JenkinsRule.getLog(run).split("building with \"", -1);
        assertTrue(log[2].contains(" cached"), log[2]);
        assertFalse(log[2].matches("(?s).* (?:first|second) [0-9a-f-]{36}\n.*"), "nothing is done again: " + log[2]);
        assertEquals("x86_64", Rig.run("linux/amd64", tag));
    }

    /** Otherwise a group could be built (retries + 1) squared times. */
    @Test
    void agentAndBuilderShareTheRetries() throws Exception {
        DumbSlave first = jenkins.createSlave("first", "builder", null);
        jenkins.waitOnline(first);
        WorkflowRun run = startBuild("retries: 1, agents: ['*': 'builder']");
        jenkins.waitOnline(jenkins.createSlave("second", "builder", null));
        engine.kill();
        jenkins.waitForMessage(WENT_AWAY, run);
        engine.start();
        await(Duration.ofMinutes(1), () -> bakes(run) == 2);

        jenkins.jenkins.removeNode(first);
        gate.open();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        assertEquals(2, bakes(run));
        assertFalse(Rig.manifest(repository, "1.0").isPresent());
    }

    @Test
    void groupIsBuiltAgainIfTheBuilderGoesAwayDuringTheVerification() throws Exception {
        WorkflowRun run = startBuild("retries: 1");
        gate.open();

        await(Duration.ofMinutes(1), () -> hasPipe(Path.of(source.getRemoteFS())));
        restartEngine(run);

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertEquals(2, bakes(run));
        assertEquals("x86_64", Rig.run("linux/amd64", tag));
    }

    @Test
    void groupIsBuiltAgainIfTheBuilderGoesAwayDuringTheSmokeTest() throws Exception {
        String time = "5.0" + System.nanoTime();
        WorkflowRun run = startBuild("retries: 1, smokeTest: ['/bin/busybox', 'sleep', '" + time + "']");
        gate.open();

        await(
                Duration.ofMinutes(1),
                () -> ProcessHandle.allProcesses()
                        .anyMatch(process -> process.info().arguments().stream()
                                .anyMatch(words -> words.length == 2 && words[1].equals(time))));
        restartEngine(run);

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertEquals(2, bakes(run));
        assertEquals("x86_64", Rig.run("linux/amd64", tag));
    }

    private void restartEngine(WorkflowRun run) throws Exception {
        engine.kill();
        jenkins.waitForMessage(WENT_AWAY, run);
        engine.start();
    }

    /** Whether there is a pipe that an image is read from. */
    private static boolean hasPipe(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.anyMatch(file -> file.getFileName().toString().equals("linux_amd64"));
        } catch (UncheckedIOException e) {
            // a directory was removed meanwhile
            return false;
        }
    }

    /** A build whose first steps are done and whose last one waits for the gate. */
    private WorkflowRun startBuild(String parameters) throws Exception {
        String id = UUID.randomUUID().toString();
        WorkflowJob job = RigJenkins.job(jenkins, """
                node('%s') {
                    withEnv(['DOCKER_HOST=%s']) {
                        multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: 'default',
                                       credentialsId: 'registry-push', %s)
                    }
                }
                """.formatted(source.getNodeName(), engine.host(), tag, parameters));
        RigJenkins.writeApp(job, source).child("Dockerfile").write(gate.guarded(DOCKERFILE.formatted(id)), "UTF-8");
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        // a step is in the cache once the step after it has begun
        jenkins.waitForMessage(" third " + id, run);
        gate.awaitBuild();
        return run;
    }

    private static int bakes(WorkflowRun run) throws Exception {
        return JenkinsRule.getLog(run).split("building with \"", -1).length - 1;
    }
}
