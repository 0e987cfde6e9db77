package io.jenkins.plugins.multiarchbuild.bakefile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several images of a bake file in one call. */
@NeedsRig
class SeveralImagesTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    /** Whoever builds the first stage again gets another stamp. */
    private static final String HCL = """
            target "base" {
              dockerfile-inline = <<EOT
            FROM scratch
            ARG TARGETARCH
            COPY busybox-$TARGETARCH /bin/busybox
            ARG RUN
            RUN ["/bin/busybox", "cp", "/proc/sys/kernel/random/uuid", "/stamp"]
            EOT
              args = { RUN = "@RUN@" }
            }
            target "app" {
              contexts = { base = "target:base" }
              dockerfile-inline = <<EOT
            FROM base
            CMD ["/bin/busybox", "sh", "-c", "/bin/busybox echo app $(/bin/busybox uname -m) $(/bin/busybox cat /stamp)"]
            EOT
            }
            target "worker" {
              contexts = { base = "target:base" }
              dockerfile-inline = <<EOT
            FROM base AS more
            ARG TARGETARCH
            @MORE@
            FROM more
            LABEL worker=yes
            CMD ["/bin/busybox", "sh", "-c", "/bin/busybox echo worker $(/bin/busybox uname -m) $(/bin/busybox cat /stamp)"]
            EOT
            }
            """;

    private static DumbSlave agent;

    private final String app = RigJenkins.newRepository();
    private final String worker = app.replaceFirst("app$", "worker");

    @BeforeAll
    static void agents() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
        agent.setLabelString("here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void imagesThatShareAStageArePublishedTogether(String driver) throws Exception {
        jenkins.waitOnline(jenkins.createSlave("other-" + driver, "other", null));
        String cache =
                driver.equals("remote") ? ", cacheFrom: 'type=local,src=cache', cacheTo: 'type=local,dest=cache'" : "";
        WorkflowRun run = build(
                "def image = "
                        + call(
                                driver,
                                "agents: [arm64: 'other'], archTags: true, smokeTest: ['/bin/busybox', 'true']" + cache)
                        + """

                        echo "digests ${image.digest} ${image.reference} ${image.images.app.digest} ${image.images['worker'].digest}"
                        echo "reference ${image.images.worker.reference}"
                        echo "names ${image.images.keySet()} ${image.images.worker.tags} ${image.tags.size()}"
                        image.platforms.each { echo "built ${it.target} ${it.platform} ${it.agent} ${it.smokeTest} ${it.steps}" }
                        echo "own ${image.images.app.platforms.collect { it.target + ' ' + it.platform }}"
                        """,
                Result.SUCCESS,
                "RUN [\"/bin/busybox\", \"true\"]");

        String appDigest = Rig.digest(app, "1.0").orElseThrow();
        String workerDigest = Rig.digest(worker, "1.0").orElseThrow();
        jenkins.assertLogContains("digests null null " + appDigest + " " + workerDigest, run);
        jenkins.assertLogContains("reference " + Rig.REGISTRY + "/" + worker + "@" + workerDigest, run);
        jenkins.assertLogContains(
                "names [app, worker] [" + tag(worker, "1.0") + ", " + tag(worker, "latest") + "] 3", run);
        jenkins.assertLogContains("own [app linux/amd64, app linux/arm64]", run);
        jenkins.assertLogContains("built worker linux/arm64 other-" + driver + " passed", run);
        jenkins.assertLogContains("app linux/amd64 is " + Rig.REGISTRY + "/" + app + "@", run);
        assertEquals(Set.of("1.0", "1.0-amd64", "1.0-arm64"), Rig.tags(app));
        assertEquals(6, Rig.tags(worker).size());
        for (String platform : List.of("linux/amd64 x86_64", "linux/arm64 aarch64")) {
            String[] parts = platform.split(" ");
            String[] ofApp = Rig.run(parts[0], tag(app, "1.0")).split(" ");
            String[] ofWorker = Rig.run(parts[0], tag(worker, "latest")).split(" ");
            assertEquals(List.of("app", parts[1]), List.of(ofApp[0], ofApp[1]));
            assertEquals(List.of("worker", parts[1]), List.of(ofWorker[0], ofWorker[1]));
            assertEquals(ofApp[2], ofWorker[2], "the stage was built once");
        }
        List<ImageReport> reports = reports(run);
        assertEquals(
                List.of("app", "worker"),
                reports.stream().map(ImageReport::getTarget).toList());
        assertEquals(
                List.of(appDigest, workerDigest),
                reports.stream().map(ImageReport::getDigest).toList());
        for (ImageReport report : reports) {
            String repository = Rig.REGISTRY + "/" + (report.getTarget().equals("app") ? app : worker);
            assertEquals(repository, report.getRepository());
            assertEquals("published", report.getState());
            assertEquals("linux/amd64, linux/arm64", report.getPlatformNames());
            for (PlatformReport platform : report.getPlatforms()) {
                assertTrue(platform.getReference().startsWith(repository + "@"), platform::getReference);
                assertEquals("passed", platform.getSmokeTest());
                assertEquals("VERIFIED", platform.getVerification().getOutcome());
            }
        }
        for (String image : cache.isEmpty() ? List.<String>of() : List.of("app", "worker")) {
            FilePath workspace = agent.getWorkspaceFor((WorkflowJob) run.getParent());
            assertTrue(workspace.child("cache/" + image + "/amd64/index.json").exists());
        }
        assertTrue(reports.get(0).getTotalMillis() > 0);
        assertEquals(2, reports.get(0).getProgress().size(), "one bake for each agent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void noTagMovesIfOneImageFails(String driver) throws Exception {
        WorkflowRun failed = build(
                call(driver, ""),
                Result.FAILURE,
                "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"[ $TARGETARCH != arm64 ]\"]");
        jenkins.assertLogContains(": The build of linux/amd64, linux/arm64 failed. worker linux/arm64: ", failed);

        WorkflowRun rejected = build(call(driver, ""), Result.FAILURE, "COPY busybox-amd64 /bin/busybox");
        jenkins.assertLogContains(": worker: The image for linux/arm64 does not run on that platform: ", rejected);
        assertEquals("rejected", reports(rejected).get(1).getState());

        String smoke = "smokeTest: '/bin/busybox test ! -e /worker'";
        WorkflowRun untested =
                build(call(driver, smoke), Result.FAILURE, "RUN [\"/bin/busybox\", \"touch\", \"/worker\"]");
        jenkins.assertLogContains(": worker: The smoke test of the image for linux/amd64, ", untested);
        jenkins.assertLogContains("app linux/arm64 passed the smoke test", untested);
        assertTrue(reports(untested).get(1).isRejected());

        for (WorkflowRun run : List.of(failed, rejected, untested)) {
            assertEquals(2, reports(run).size());
            for (ImageReport report : reports(run)) {
                assertTrue(report.isEnded(), report.getTarget() + " " + report.getState());
                assertEquals(List.of(), report.getTags());
            }
        }
        for (String repository : List.of(app, worker)) {
            assertTrue(
                    Rig.tags(repository).stream().noneMatch(Set.of("1.0", "latest")::contains),
                    "arch tags of a builder that cannot push by digest are all");
        }
    }

    @Test
    void tagsThatMustNotMoveAndTagsOfOthersAreThoseOfAllImages() throws Exception {
        build(call("remote", ""), Result.SUCCESS, "");
        String before = Rig.digest(app, "1.0").orElseThrow();
        Rig.docker("buildx", "imagetools", "create", "--tag", tag(worker, "2.0"), tag(worker, "1.0"));

        String calls =
                call("remote", "immutableTags: true").replace(":1.0", ":2.0").replace(":latest", ":2.1");
        WorkflowRun refused = build(calls, Result.FAILURE, "LABEL other=yes");

        jenkins.assertLogContains("The tag " + tag(worker, "2.0") + " exists", refused);
        assertEquals(Set.of("1.0"), Rig.tags(app));
        assertEquals(before, Rig.digest(app, "1.0").orElseThrow());
        // what is reproducible is built all the same, and publishing finds out
        String reproducible = calls.replace("immutableTags", "buildArgs: [SOURCE_DATE_EPOCH: '0'], immutableTags");
        WorkflowRun late = build(reproducible, Result.FAILURE, "LABEL other=yes");

        jenkins.assertLogContains("Nothing is published and no tag has moved. worker: ", late);
        assertEquals(Set.of("1.0"), Rig.tags(app));
    }

    @Test
    void imagesThatAreNotPushedAreCheckedToo() throws Exception {
        String call = "multiArchBuild(platforms: 'amd64 arm64', push: false, builder: '%s', bake: 'docker-bake.hcl',"
                        .formatted(Rig.REMOTE_BUILDER)
                + " bakeTargets: 'app worker'";
        WorkflowRun run = build(
                "def image = " + call + ")\necho \"${image.images.worker.platforms*.verification} ${image}\"",
                Result.SUCCESS,
                "");
        jenkins.assertLogContains("[verified, verified] {app=[], worker=[]}", run);
        assertEquals(
                List.of("notPushed", "notPushed"),
                reports(run).stream().map(ImageReport::getState).toList());

        WorkflowRun rejected = build(call + ")", Result.FAILURE, "COPY busybox-amd64 /bin/busybox");
        jenkins.assertLogContains(": worker: The image for linux/arm64 does not run on that platform: ", rejected);
    }

    /** @param more lines of the Dockerfile of the second image */
    private WorkflowRun build(String script, Result result, String more) throws Exception {
        WorkflowJob job = RigJenkins.job(jenkins, "node('here') {\n" + script + "\n}");
        FilePath workspace = RigJenkins.writeApp(job, agent);
        workspace
                .child("docker-bake.hcl")
                .write(HCL.replace("@RUN@", job.getName() + app).replace("@MORE@", more), "UTF-8");
        return jenkins.assertBuildStatus(
                result, jenkins.waitForCompletion(job.scheduleBuild2(0).waitForStart()));
    }

    private String call(String driver, String more) {
        return "multiArchBuild(platforms: 'amd64 arm64', builder: '%s', credentialsId: 'registry-push',"
                        .formatted(Rig.builder(driver))
                + " bake: 'docker-bake.hcl', baseTags: [app: '" + tag(app, "1.0") + "', worker: ['" + tag(worker, "1.0")
                + "', '" + tag(worker, "latest") + "']]" + (more.isEmpty() ? "" : ", " + more) + ")";
    }

    private static List<ImageReport> reports(WorkflowRun run) {
        return run.getAction(MultiArchReport.class).getImages();
    }

    private static String tag(String repository, String tag) {
        return RigJenkins.tag(repository, tag);
    }
}
