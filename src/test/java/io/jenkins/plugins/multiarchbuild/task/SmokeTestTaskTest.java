package io.jenkins.plugins.multiarchbuild.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.harness.Conditions;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** Images that have to run a command before they are published, on both kinds of builder. */
@NeedsRig
class SmokeTestTaskTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private final String repository = RigJenkins.newRepository();
    private DumbSlave agent;
    private int builds;

    @BeforeEach
    void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void commandOfEveryImage(String driver) throws Exception {
        WorkflowRun run = build(
                driver,
                "smokeTest: ['busybox', 'sh', '-c', 'busybox uname -m; echo \"$GREETING <<EOF\" >&2; busybox ifconfig -a']",
                Result.SUCCESS);
        jenkins.assertLogContains("linux/amd64 | x86_64", run);
        jenkins.assertLogContains("linux/arm64 | aarch64", run);
        jenkins.assertLogContains("linux/arm64 | hell\u00f6 <<EOF", run);
        jenkins.assertLogNotContains("eth0", run);
        jenkins.assertLogContains("linux/arm64 passed the smoke test: busybox sh -c", run);

        String onlyAmd64 = "test $(busybox uname -m) = x86_64 || exit 3";
        run = build(driver, "smokeTest: ['busybox', 'sh', '-c', '" + onlyAmd64 + "']", Result.FAILURE);
        jenkins.assertLogContains("linux/amd64 passed the smoke test", run);
        jenkins.assertLogContains(
                "The smoke test of the image for linux/arm64, busybox sh -c \"" + onlyAmd64
                        + "\", ended with exit code 3. No base tag has been moved.",
                run);
        assertPage(
                "an image did not pass a check.*linux/amd64.*\\sPassed\\s+linux/arm64.*ended with exit code 3\\.", run);
        assertEquals(driver.equals("docker"), JenkinsRule.getLog(run).contains("-arm64 points at this image already"));

        run = build(driver, "smokeTest: [amd64: ['busybox', 'sh', '-c', '" + onlyAmd64 + "']]", Result.SUCCESS);
        jenkins.assertLogNotContains("linux/arm64 passed", run);
        jenkins.assertLogContains("smoke tests: [passed, skipped]", run);
        assertPage("linux/amd64.*\\sPassed\\s+linux/arm64.*\\sNot run", run);

        run = build(driver, "smokeTest: ['none', '--version']", Result.FAILURE);
        jenkins.assertLogContains("none --version, could not be run: ", run);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void commandThatDoesNotEnd(String driver) throws Exception {
        String seconds = "76543" + (driver.equals("docker") ? 1 : 2);
        WorkflowRun run = build(
                driver,
                "smokeTestTimeout: 6, smokeTest: ['busybox', 'sh', '-c', 'echo begun; busybox sleep " + seconds + "']",
                Result.FAILURE);
        jenkins.assertLogContains("linux/amd64 | begun", run);
        jenkins.assertLogContains("did not end within 6 s. smokeTestTimeout sets another limit.", run);
        Conditions.await(Duration.ofSeconds(30), () -> !runs("sleep " + seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void abortedBuildLeavesNothing(String driver) throws Exception {
        String seconds = "87654" + (driver.equals("docker") ? 1 : 2);
        WorkflowJob job = job(driver, "aborted", "smokeTest: ['busybox', 'sh', '-c', 'busybox sleep " + seconds + "']");
        FilePath temporary = WorkspaceList.tempDir(agent.getWorkspaceFor(job));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        Conditions.await(Duration.ofMinutes(3), () -> runs("sleep " + seconds));
        List<ProcessHandle> commands = bakes(temporary);
        assertFalse(commands.isEmpty(), "the command that runs the smoke test");

        run.getExecutor().interrupt();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        for (ProcessHandle command : commands) {
            command.onExit().get(30, TimeUnit.SECONDS);
        }
        assertFalse(
                temporary.list().stream().anyMatch(file -> file.getName().startsWith(Agent.DIRECTORY_PREFIX)),
                "no directory is left");
        Conditions.await(Duration.ofSeconds(30), () -> !runs("sleep " + seconds));
        assertFalse(Rig.digest(repository, "aborted").isPresent());
    }

    private static void assertPage(String expected, WorkflowRun run) throws Exception {
        String page =
                jenkins.createWebClient().getPage(run, "multi-arch-images/").asNormalizedText();
        assertTrue(page.matches("(?s).*" + expected + ".*"), page);
    }

    private static List<ProcessHandle> bakes(FilePath temporary) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(temporary.getRemote()))
                .toList();
    }

    private static boolean runs(String command) {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .anyMatch(line -> line.endsWith(command));
    }

    private WorkflowRun build(String driver, String smokeTest, Result result) throws Exception {
        String tag = "t" + builds++;
        WorkflowRun run = jenkins.buildAndAssertStatus(result, job(driver, tag, smokeTest));
        assertEquals(
                result == Result.SUCCESS,
                Rig.digest(repository, tag).isPresent(),
                "the tag moves only after a success");
        return run;
    }

    private WorkflowJob job(String driver, String tag, String smokeTest) throws Exception {
        WorkflowJob job = RigJenkins.job(
                jenkins,
                ("node { def image = multiArchBuild(platforms: 'linux/amd64 linux/arm64', baseTags: '%s', builder: '%s',"
                                + " credentialsId: 'registry-push', verifyPlatforms: false, %s)\n"
                                + "echo \"smoke tests: ${image.platforms*.smokeTest}\" }")
                        .formatted(RigJenkins.tag(repository, tag), Rig.builder(driver), smokeTest));
        // a numeric user, and nothing that knows it
        RigJenkins.writeApp(job, agent)
                .child("Dockerfile")
                .write(
                        "FROM scratch\nARG TARGETARCH\nCOPY busybox-$TARGETARCH /bin/busybox\nENV GREETING=hell\u00f6\n"
                                + "USER 1234\nENTRYPOINT [\"/none\"]\n",
                        "UTF-8");
        return job;
    }
}
