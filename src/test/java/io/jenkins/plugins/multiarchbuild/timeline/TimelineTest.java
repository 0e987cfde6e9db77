package io.jenkins.plugins.multiarchbuild.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** When the phases and steps of real builds ran. */
@NeedsRig
class TimelineTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String DOCKERFILE = """
            FROM scratch
            ARG TARGETARCH
            COPY busybox-$TARGETARCH /bin/busybox
            RUN ["/bin/busybox", "sh", "-c", ": %s; /bin/busybox sleep 2"]
            RUN ["/bin/busybox", "sh", "-c", "%s"]
            CMD ["/bin/busybox", "true"]
            """;

    private static DumbSlave x86;

    private final String repository = RigJenkins.newRepository();

    @BeforeAll
    static void farm() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        x86 = jenkins.createSlave("x86-1", "x86", null);
        DumbSlave arm = jenkins.createSlave("arm-1", "arm64", null);
        jenkins.waitOnline(x86);
        jenkins.waitOnline(arm);
        RigJenkins.addCredentials();
    }

    @Test
    void everythingFromWaitingToPublishingIsTimed() throws Exception {
        WorkflowJob job = job("agents: [arm64: 'arm64'], smokeTest: ['/bin/busybox', 'true']", "true");
        long began = System.currentTimeMillis();

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        List<TimelineEntry> times = times(run);
        assertEquals(List.of("plan", "pack"), kinds(times, null));
        List<String> here = kinds(times, "linux/amd64");
        List<String> there = kinds(times, "linux/arm64");
        assertEquals(List.of("prepare", "bake", "verify", "smokeTest"), here.subList(0, 4));
        assertEquals(List.of("waitForAgent", "source", "prepare", "bake", "verify", "smokeTest"), there.subList(0, 6));
        assertEquals(
                1,
                times.stream()
                        .filter(entry -> entry.getKind().equals("publish"))
                        .count());
        for (TimelineEntry entry : times) {
            assertTrue(entry.getStart() >= began, () -> entry.getTitle() + " " + entry.getStart());
            assertTrue(entry.getStart() + entry.getMillis() <= System.currentTimeMillis(), entry::getTitle);
        }
        for (String platform : List.of("linux/amd64", "linux/arm64")) {
            List<TimelineEntry> steps = steps(times, platform);
            TimelineEntry slept = steps.stream()
                    .filter(step -> step.getTitle().startsWith("[2/3] RUN"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(slept.getMillis() >= 1900, slept.getDurationText());
            assertEquals("done", slept.getOutcome());
            TimelineEntry bake = times.stream()
                    .filter(entry -> entry.getKind().equals("bake") && platform.equals(entry.getGroup()))
                    .findFirst()
                    .orElseThrow();
            assertTrue(steps.stream()
                    .allMatch(step -> step.getStart() >= bake.getStart()
                            && step.getStart() + step.getMillis() <= bake.getStart() + bake.getMillis()));
            assertTrue(steps.stream().anyMatch(step -> step.getKind().equals("push")), steps::toString);
        }
        List<TimelineEntry> path =
                times.stream().filter(TimelineEntry::isCritical).toList();
        assertTrue(path.stream().anyMatch(entry -> entry.getKind().equals("publish")));
        assertTrue(path.stream().anyMatch(entry -> entry.getKind().equals("plan")));
        assertTrue(path.stream().anyMatch(entry -> entry.getTitle().startsWith("[2/3] RUN")));
        assertEquals(
                1, path.stream().filter(entry -> entry.getKind().equals("bake")).count());
    }

    @Test
    void cachedStepsAreMarked() throws Exception {
        WorkflowJob job = job("", "true");
        jenkins.buildAndAssertSuccess(job);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        assertEquals(
                List.of("cached", "cached", "cached"),
                steps(times(run), "linux/arm64").stream()
                        .filter(step -> step.getTitle().matches("\\[\\d/3] .*"))
                        .map(TimelineEntry::getOutcome)
                        .toList());
    }

    @Test
    void failedBuildShowsTheStepThatFailed() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job("", "/bin/busybox sleep 2; exit 3"));

        List<TimelineEntry> failed =
                times(run).stream().filter(TimelineEntry::isFailed).toList();
        assertFalse(failed.isEmpty());
        assertTrue(failed.get(0).getTitle().startsWith("[3/3] RUN"), failed.get(0)::getTitle);
        assertTrue(failed.stream().anyMatch(TimelineEntry::isCritical));
        String page =
                jenkins.createWebClient().getPage(run, "multi-arch-images/").asNormalizedText();
        assertTrue(page.contains("Timeline"), page);
        assertTrue(page.contains(", failed"), page);
    }

    @Test
    void abortedBuildShowsTheStepThatWasStopped() throws Exception {
        WorkflowJob job = job("", "true");
        try (Gate gate = new Gate()) {
            FilePath dockerfile = x86.getWorkspaceFor(job).child("Dockerfile");
            dockerfile.write(gate.guarded(dockerfile.readToString()), "UTF-8");
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            gate.awaitBuild();

            run.getExecutor().interrupt();

            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
            List<TimelineEntry> times = times(run);
            assertEquals(List.of("prepare", "bake", "cleanUp"), kinds(times, "linux/amd64, linux/arm64"));
            assertTrue(
                    times.stream().anyMatch(step -> "stopped".equals(step.getOutcome()) && step.isStep()),
                    () -> times.stream().map(TimelineEntry::getTitle).toList().toString());
        }
    }

    /** The instruction itself has the secret, so that it is in the name of the step. */
    @Test
    void secretsAreMaskedAsInTheLog() throws Exception {
        String secret = "secret-" + UUID.randomUUID();
        String bound = "bound-" + UUID.randomUUID();
        addSecret("secret", secret);
        addSecret("bound", bound);
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node('x86') { withCredentials([string(credentialsId: 'bound', variable: 'BOUND')]) {\n"
                        + call("secrets: [token: 'secret']") + " } }");
        // the second one is where a long name is cut off
        write(job, ": " + secret + " " + "x".repeat(120) + bound + "y".repeat(50));

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        String log = JenkinsRule.getLog(run);
        assertFalse(log.contains(secret), log);
        String page = jenkins.createWebClient()
                .getPage(run, "multi-arch-images/")
                .getWebResponse()
                .getContentAsString();
        String saved = Files.readString(run.getRootDir().toPath().resolve("build.xml"), StandardCharsets.UTF_8);
        String api = jenkins.getJSON(run.getUrl() + "api/json?depth=3").getContentAsString();
        for (String text : List.of(page, saved, api)) {
            assertTrue(text.contains(": **** xxx"), text);
            assertFalse(text.contains(secret.substring(0, 12)), text);
            assertFalse(text.contains(bound.substring(0, 9)), text);
        }
    }

    private WorkflowJob job(String parameters, String command) throws Exception {
        WorkflowJob job = RigJenkins.job(jenkins, "node('x86') { " + call(parameters) + " }");
        write(job, command);
        return job;
    }

    private String call(String parameters) {
        return "multiArchBuild(platforms: 'amd64 arm64', baseTags: '" + RigJenkins.tag(repository, "1.0")
                + "', builder: '" + Rig.REMOTE_BUILDER + "', credentialsId: 'registry-push'"
                + (parameters.isEmpty() ? "" : ", " + parameters) + ")";
    }

    private static void write(WorkflowJob job, String command) throws Exception {
        RigJenkins.writeApp(job, x86)
                .child("Dockerfile")
                .write(DOCKERFILE.formatted(UUID.randomUUID(), command), "UTF-8");
    }

    private static void addSecret(String id, String text) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, id, null, Secret.fromString(text)));
    }

    private static List<TimelineEntry> times(WorkflowRun run) {
        return run.getAction(MultiArchReport.class).getImages().get(0).getTimeline();
    }

    private static List<TimelineEntry> steps(List<TimelineEntry> times, String platform) {
        return times.stream()
                .filter(entry -> entry.isStep() && platform.equals(entry.getPlatform()))
                .toList();
    }

    private static List<String> kinds(List<TimelineEntry> times, String group) {
        List<String> kinds = new ArrayList<>();
        for (TimelineEntry entry : times) {
            if (!entry.isStep() && (group == null ? entry.getGroup() == null : group.equals(entry.getGroup()))) {
                kinds.add(entry.getKind());
            }
        }
        return kinds;
    }
}
