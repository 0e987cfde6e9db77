package io.jenkins.plugins.multiarchbuild.task;

import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.console.LineTransformationOutputStream;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.log.TaskListenerDecorator;
import org.jenkinsci.plugins.workflow.steps.durable_task.DurableTaskStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;

/** What the log shows of a bake. */
@NeedsRig
class BakeLogTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    /** Of plugins that decorate the logs of all builds, such as Timestamper and Mask Passwords. */
    private static final class TimeAndMask extends TaskListenerDecorator {

        private static final long serialVersionUID = 1L;

        @Override
        public OutputStream decorate(OutputStream logger) {
            return new LineTransformationOutputStream.Delegating(logger) {

                @Override
                protected void eol(byte[] bytes, int length) throws IOException {
                    String line = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
                    out.write((TIME + line.replace("watchword", "(masked)")).getBytes(StandardCharsets.ISO_8859_1));
                }
            };
        }
    }

    private static final String TIME = "[2026-11-30T04:05:06.789Z] ";

    @BeforeAll
    static void decorateAllLogs() {
        jenkins.jenkins.getExtensionList(TaskListenerDecorator.Factory.class).add(owner -> new TimeAndMask());
    }

    @AfterEach
    void reset() {
        DurableTaskStep.USE_WATCHING = false;
    }

    /** @param pushed whether the agent sends the log by itself, and so filters it */
    @ParameterizedTest
    @CsvSource({"remote, false", "docker, true"})
    void stepsOrEverything(String driver, boolean pushed) throws Exception {
        DurableTaskStep.USE_WATCHING = pushed;
        DumbSlave agent = RigJenkins.onlyAgent(jenkins);
        String call = "node { def image = multiArchBuild(platforms: 'linux/amd64 linux/arm64', push: false,"
                + " verifyPlatforms: false, builder: '" + Rig.builder(driver) + "'%s)\n"
                + "echo \"emulated: ${image.platforms*.emulated}\" }";
        WorkflowJob job = RigJenkins.job(jenkins, call.formatted(""));
        String seconds = "10." + (driver.equals("docker") ? 1 : 2);
        RigJenkins.writeApp(job, agent).child("Dockerfile").write("""
                        FROM scratch
                        ARG TARGETARCH
                        COPY busybox-$TARGETARCH /bin/busybox
                        RUN ["/bin/busybox", "echo", "größer %s"]
                        RUN ["/bin/busybox", "printf", "#3 DONE 9.9s\\\\n#4 ERROR: x\\\\n\\\\r1%%%%\\\\r2%%%%\\\\n\\\\033[1mbold\\\\033[0m\\\\nwatch%%s\\\\n", "word"]
                        RUN ["/bin/busybox", "sh", "-c", "/bin/busybox sleep %s; echo late"]
                        """.formatted(UUID.randomUUID(), seconds), "UTF-8");

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);
        assertLog("(?m)^linux/amd64  \\[2/4] RUN \\[\"/bin/busybox\", \"echo\", .*] \\.\\.\\. \\d+\\.\\d s$", run);
        assertLog("(?m)^linux/arm64 \\| größer ", run);
        assertLog("(?m)^linux/arm64  \\[2/4] RUN .* \\.\\.\\. \\d+\\.\\d s \\(emulated\\)$", run);
        assertLog(
                "(?m)^linux/(?:amd|arm)64  \\[4/4] RUN .*sleep " + seconds + ";.*] has been running for [5-9] s$", run);
        assertLog("(?m)^linux/amd64 \\| \\(masked\\)$", run);
        assertLog("(?m)^linux/amd64 \\| late$", run);
        jenkins.assertLogNotContains("watchword", run);
        jenkins.assertLogContains("emulated: [false, true]", run);
        jenkins.assertLogNotContains("#1 ", run);
        jenkins.assertLogNotContains("internal]", run);

        run = jenkins.buildAndAssertSuccess(job);
        assertLog("(?m)^linux/arm64  4 of 4 steps cached$", run);

        job.setDefinition(
                RigJenkins.job(jenkins, call.formatted(", log: 'raw'")).getDefinition());
        run = jenkins.buildAndAssertSuccess(job);
        assertLog("(?m)^#\\d+ \\[linux_arm64 internal] load build context$", run);
        assertLog("(?m)^#\\d+ CACHED$", run);

        agent.getWorkspaceFor(job).child("Dockerfile").write("FROM scratch\nRUN [\"/none\"]\n", "UTF-8");
        job.setDefinition(RigJenkins.job(jenkins, call.formatted("")).getDefinition());
        run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        assertLog("(?m)^linux/(?:amd|arm)64  \\[1/1] RUN \\[\"/none\"] failed: process \"/none\" did not", run);
        assertLog("(?m)^ERROR: target linux_", run);
    }

    @Test
    void whatRunsOnTheBuildersPlatformIsCrossCompiled() throws Exception {
        DumbSlave agent = RigJenkins.onlyAgent(jenkins);
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node { def image = multiArchBuild(platforms: 'linux/amd64 linux/arm64', push: false, builder: '"
                        + Rig.REMOTE_BUILDER
                        + "')\necho \"${image.platforms*.execution} ${image.platforms*.emulated}\" }");
        FilePath dockerfile = RigJenkins.writeApp(job, agent).child("Dockerfile");
        String crossCompiled = """
                FROM --platform=$BUILDPLATFORM scratch AS build
                ARG BUILDARCH
                COPY busybox-$BUILDARCH /bin/busybox
                RUN ["/bin/busybox", "touch", "/made-%s"]
                FROM scratch
                ARG TARGETARCH
                COPY busybox-$TARGETARCH /bin/busybox
                COPY --from=build /made-* /
                """.formatted(UUID.randomUUID());
        dockerfile.write(crossCompiled, "UTF-8");

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);
        jenkins.assertLogContains("[native, cross-compiled] [false, false]", run);
        assertLog("(?m)^linux/arm64  \\[build 2/2] RUN .* \\.\\.\\. \\d+\\.\\d s$", run);
        jenkins.assertLogNotContains("(emulated)", run);
        String page =
                jenkins.createWebClient().getPage(run, MultiArchReport.URL).asNormalizedText();
        assertTrue(page.contains("linux/amd64 (native)") && page.contains("linux/arm64 (cross-compiled)"), page);

        dockerfile.write(crossCompiled + "RUN [\"/bin/busybox\", \"true\"]\n", "UTF-8");
        run = jenkins.buildAndAssertSuccess(job);
        jenkins.assertLogContains("[native, emulated] [false, true]", run);
    }

    private static void assertLog(String expected, WorkflowRun run) throws Exception {
        String log = JenkinsRule.getLog(run);
        String line = expected.replace("(?m)^", "(?m)^" + Pattern.quote(TIME));
        assertTrue(Pattern.compile(line).matcher(log).find(), () -> line + " in " + log);
    }
}
