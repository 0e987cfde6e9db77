package io.jenkins.plugins.multiarchbuild.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Label;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Base images are looked up before anything is built, on both kinds of builder. */
@NeedsRig
class BaseImageTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String ONE = "linux/amd64";
    private static final String TWO = "linux/amd64 linux/arm64";

    private final String repository = RigJenkins.newRepository();
    private DumbSlave agent;

    @BeforeEach
    void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void platformsOfBaseImages(String driver) throws Exception {
        String app = "FROM scratch\nARG TARGETARCH\nCOPY busybox-$TARGETARCH /bin/busybox\nCMD [\"busybox\"]\n";
        build(driver, "both", TWO, app, "", Result.SUCCESS);
        build(driver, "index", ONE, app, "provenance: false, archTags: [amd64: 'one']", Result.SUCCESS);
        // not an index: BuildKit takes it for any platform
        String one = RigJenkins.tag(repository, "index-one");
        String both = RigJenkins.tag(repository, "both");

        for (String image : new String[] {one, RigJenkins.tag(repository, "index")}) {
            WorkflowRun run = build(driver, "a", TWO, "# base\nFROM " + image + "\n", "", Result.FAILURE);
            jenkins.assertLogContains(
                    "The base image " + image
                            + " (Dockerfile, line 2) does not have linux/arm64. It has linux/amd64. Use an image",
                    run);
            assertNothingBuilt(run);
        }

        WorkflowRun run = build(
                driver,
                "b",
                TWO,
                "ARG BASE=" + one
                        + "\nARG FILES=scratch\nFROM $BASE AS base\nFROM $FILES AS files\nFROM base\nCOPY --from=files / /\n"
                        + "COPY --from=" + one + " /bin/busybox /other\n",
                "buildArgs: [BASE: '" + both + "']",
                Result.FAILURE);
        jenkins.assertLogContains("The base image " + one + " (Dockerfile, line 7) does not have linux/arm64", run);
        jenkins.assertLogNotContains("line 3", run);

        // what is not needed, named for the platform, or not checked is no error
        build(driver, "c", TWO, "FROM " + one + " AS unused\nFROM " + both + "\n", "", Result.SUCCESS);
        build(
                driver,
                "d",
                TWO,
                "FROM --platform=$BUILDPLATFORM " + one + " AS tools\nFROM " + both
                        + "\nCOPY --from=tools /bin /tools\n",
                "",
                Result.SUCCESS);
        build(driver, "e", TWO, "FROM " + one + "\n", "verifyPlatforms: false", Result.SUCCESS);

        run = build(driver, "f", ONE, "FROM " + RigJenkins.tag(repository, "none") + "\n", "", Result.FAILURE);
        jenkins.assertLogContains(
                "Warning: the platforms of the base image " + RigJenkins.tag(repository, "none") + " are not checked: ",
                run);
        jenkins.assertLogContains("building with \"", run);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void baseImageThatMovesDuringTheBuildIsNoticed(String driver) throws Exception {
        String app = "FROM scratch\nARG TARGETARCH\nCOPY busybox-$TARGETARCH /bin/busybox\nCMD [\"busybox\"]\n";
        build(driver, "base", TWO, app, "", Result.SUCCESS);
        String base = RigJenkins.tag(repository, "base");
        String before = Rig.digest(repository, "base").orElseThrow();
        RigJenkins.setExecutors(jenkins, agent, 2);
        WorkflowJob job =
                RigJenkins.job(jenkins, """
                node {
                    multiArchBuild(platforms: 'linux/amd64 linux/arm64', agents: ['linux/arm64': 'late'], builder: '%s',
                        baseTags: '%s', credentialsId: 'registry-push')
                }
                """.formatted(Rig.builder(driver), RigJenkins.tag(repository, "moved")));
        RigJenkins.writeApp(job, agent).child("Dockerfile").write("FROM " + base + "\nENV A=b\n", "UTF-8");
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("linux/amd64 verified", run);
        jenkins.assertLogNotContains("WARNING", run);

        build(driver, "base", TWO, app + "ENV NEWER=1\n", "", Result.SUCCESS);
        DumbSlave late = jenkins.createOnlineSlave(Label.get("late"));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        jenkins.assertLogContains(
                "WARNING: the platforms are built on different versions of %s: %s (linux/amd64), %s (linux/arm64)."
                        .formatted(base, before, Rig.digest(repository, "base").orElseThrow()),
                run);
        jenkins.jenkins.removeNode(late);
    }

    private void assertNothingBuilt(WorkflowRun run) throws Exception {
        jenkins.assertLogNotContains("building with \"", run);
        assertEquals("none", Rig.digest(repository, "a").orElse("none"));
    }

    private WorkflowRun build(
            String driver, String tag, String platforms, String dockerfile, String more, Result result)
            throws Exception {
        String builder = Rig.builder(driver);
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node { multiArchBuild(platforms: '%s', baseTags: '%s', credentialsId: 'registry-push', builder: '%s'%s) }"
                        .formatted(
                                platforms,
                                RigJenkins.tag(repository, tag),
                                builder,
                                more.isEmpty() ? "" : ", " + more));
        RigJenkins.writeApp(job, agent).child("Dockerfile").write(dockerfile, "UTF-8");
        return jenkins.buildAndAssertStatus(result, job);
    }
}
