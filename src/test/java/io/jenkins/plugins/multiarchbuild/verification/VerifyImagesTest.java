package io.jenkins.plugins.multiarchbuild.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.engine.image.TestElf;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.ClassicEngine;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.ByteArrayInputStream;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images whose programs are for another platform than they claim, on both kinds of builder. */
@NeedsRig
class VerifyImagesTest {

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
    void programsOfOtherPlatforms(String driver) throws Exception {
        String copied = "FROM scratch\nCOPY busybox-amd64 /bin/app\nCMD [\"/bin/app\"]\n";
        WorkflowRun run = refused(driver, copied, "");
        jenkins.assertLogContains(
                "The image for linux/arm64 does not run on that platform: /bin/app, which the image starts, is x86-64 and not"
                        + " AArch64. It comes from 'COPY busybox-amd64 /bin/app'",
                run);
        jenkins.assertLogContains("linux/amd64 verified: 1 program, /bin/app is x86-64", run);
        assertPage(
                "Not published: an image did not pass a check .* linux/amd64 .* Verified: 1 program .* linux/arm64"
                        + " .* does not run on that platform: /bin/app, which the image starts, is x86-64 and not",
                run);
        run = published(driver, copied, "verifyPlatforms: false");
        jenkins.assertLogContains("verification: skipped []", run);
        assertPage("linux/arm64 .* Not verified: turned off for this call Not run", run);
        run = published(driver, copied, "foreignPrograms: ['/bin/**']");
        assertPage(
                "linux/arm64 .* Verified: no program for this platform Allowed by foreignPrograms: /bin/app \\(x86-64\\)",
                run);

        MultiArchBuildConfiguration.get().setVerifyPlatforms(false);
        run = published(driver, copied, "");
        jenkins.assertLogNotContains("verified", run);
        assertPage("linux/arm64 .* Not verified: turned off by the administrator Not run", run);
        MultiArchBuildConfiguration.get().setVerifyPlatforms(true);

        String base = RigJenkins.tag(repository, "amd64-only");
        published(driver, "FROM scratch\nCOPY busybox-amd64 /bin/busybox\n", "", "amd64-only", "linux/amd64");
        run = refused(driver, "FROM --platform=linux/amd64 " + base + "\nCMD [\"busybox\"]\n", "");
        jenkins.assertLogContains("/bin/busybox, which the image starts, is x86-64 and not AArch64", run);

        run = refused(
                driver,
                "FROM --platform=linux/amd64 scratch AS tools\nCOPY busybox-amd64 /bin/sh\n"
                        + "FROM scratch\nCOPY --from=tools /bin/sh /bin/sh\nCOPY entry /entry\nENTRYPOINT [\"/entry\"]\n",
                "");
        jenkins.assertLogContains("The script /entry: /bin/sh, which runs it, is x86-64 and not AArch64", run);

        run = refused(
                driver,
                "FROM scratch\nARG TARGETARCH\nCOPY dynamic-$TARGETARCH /app\nCOPY dynamic-amd64 /lib/ld.so\nCMD [\"/app\"]\n",
                "");
        jenkins.assertLogContains("/lib/ld.so, the dynamic loader of /app, is x86-64 and not AArch64", run);

        run = refused(driver, "FROM scratch\nARG TARGETARCH\nCOPY dynamic-$TARGETARCH /app\nCMD [\"/app\"]\n", "");
        jenkins.assertLogContains(
                "/app, which the image starts, cannot start: its dynamic loader /lib/ld.so is not in", run);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void whatIsAsItShouldBe(String driver) throws Exception {
        WorkflowRun run = published(
                driver,
                "FROM scratch\nARG TARGETARCH\nCOPY busybox-$TARGETARCH /bin/busybox\nCOPY busybox-amd64 /node_modules/x.node\n"
                        + "ONBUILD COPY missing /\nCMD [\"busybox\"]\n",
                "",
                "all",
                "linux/amd64 linux/arm64 linux/arm/v7");
        jenkins.assertLogContains(
                "linux/arm/v7 verified: 1 program, /bin/busybox is 32-bit ARM; for other platforms: /node_modules/x.node"
                        + " (x86-64)",
                run);
        jenkins.assertLogContains(
                "linux/arm64 verified: 1 program, /bin/busybox is AArch64; for other platforms: /node_modules/x.node"
                        + " (x86-64)",
                run);
        jenkins.assertLogContains("linux/amd64 verified: 2 programs, /bin/busybox is x86-64", run);
        assertPage(
                "linux/arm64 .* Verified: 1 program for this platform Starts: /bin/busybox is AArch64"
                        + " For other platforms: /node_modules/x.node \\(x86-64\\) Not run",
                run);

        run = published(driver, "FROM scratch\nCOPY entry /\n", "");
        jenkins.assertLogContains("linux/arm64 verified: no native programs", run);
        assertPage("linux/arm64 .* Nothing to check: no native programs Not run", run);

        run = published(driver, "FROM scratch\nCOPY program-386 /app\nCMD [\"/app\"]\n", "", "386", "linux/amd64");
        jenkins.assertLogContains("linux/amd64 verified: 1 program, /app is 32-bit x86", run);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void imagesThatAreNotPushedAreCheckedAsWell(String driver) throws Exception {
        String own = "FROM scratch\nARG TARGETARCH\nCOPY busybox-$TARGETARCH /bin/busybox\nCMD [\"busybox\"]\n";
        String test = "push: false, provenance: 'mode=max', smokeTest: ['busybox', 'uname', '-m']";
        WorkflowRun run = unpushed(driver, own, test, Result.SUCCESS);
        jenkins.assertLogContains("linux/arm64 verified: 1 program, /bin/busybox is AArch64", run);
        jenkins.assertLogContains("linux/arm64 | aarch64", run);
        jenkins.assertLogContains("verification: verified []", run);
        assertPage("linux/arm64 .* Verified: 1 program for this platform .* Passed", run);

        run = unpushed(
                driver,
                "FROM scratch\nCOPY busybox-amd64 /bin/app\nCMD [\"/bin/app\"]\n",
                "push: false",
                Result.FAILURE);
        jenkins.assertLogContains("The image for linux/arm64 does not run on that platform: /bin/app, which the", run);

        run = unpushed(driver, own, "push: false, smokeTest: ['busybox', 'false']", Result.FAILURE);
        jenkins.assertLogContains("busybox false, ended with exit code 1.", run);

        String index = test + ", buildArgs: [BUILDKIT_MULTI_PLATFORM: '1']";
        run = unpushed(driver, own, index, Result.SUCCESS);
        jenkins.assertLogContains("linux/arm64 verified: 1 program, /bin/busybox is AArch64", run);
        jenkins.assertLogContains("linux/arm64 | aarch64", run);
    }

    @Test
    void imagesThatAreNotPushedAreNotCheckedWithoutTheContainerdImageStore() throws Exception {
        try (ClassicEngine engine = new ClassicEngine()) {
            WorkflowJob job = RigJenkins.job(
                    jenkins,
                    "node { withEnv(['DOCKER_HOST=" + engine.host()
                            + "']) { multiArchBuild(platforms: 'amd64', push: false,"
                            + " builder: 'default', smokeTest: ['busybox', 'true']) } }");
            RigJenkins.writeApp(job, agent);
            WorkflowRun run = jenkins.buildAndAssertSuccess(job);
            String why = "it is not pushed and was not kept.";
            jenkins.assertLogContains("linux/amd64 not verified, because " + why, run);
            jenkins.assertLogContains("linux/amd64: the smoke test is left out, because " + why, run);
        }
    }

    private WorkflowRun unpushed(String driver, String dockerfile, String more, Result result) throws Exception {
        String tag = "u" + builds++;
        WorkflowRun run = build(driver, dockerfile, more, tag, "linux/amd64 linux/arm64", result);
        assertEquals("none", Rig.digest(repository, tag).orElse("none"));
        return run;
    }

    /** Provenance has the time of the build in it, so that only the image manifest is the same. */
    @Test
    void sameImageIsReadOnce() throws Exception {
        WorkflowRun run = published(
                "remote",
                "FROM scratch\nCOPY busybox-arm64 /app\nCOPY busybox-amd64 /other\nCMD [\"/app\"]\n",
                "provenance: 'mode=max'",
                "twice",
                "linux/arm64");
        jenkins.assertLogContains("verified: 1 program", run);
        jenkins.assertLogContains("verification: verified [/other (x86-64)]", run);
        String first = Rig.digest(repository, "twice").orElseThrow();

        run = jenkins.buildAndAssertSuccess(run.getParent());

        jenkins.assertLogContains("linux/arm64 verified: an earlier build checked the same image", run);
        assertPage("linux/arm64 .* Verified: 1 program for this platform Starts: /app is AArch64", run);
        jenkins.assertLogContains("verification: verified [/other (x86-64)]", run);
        assertNotEquals(first, Rig.digest(repository, "twice").orElseThrow());
    }

    private static void assertPage(String expected, WorkflowRun run) throws Exception {
        String text = jenkins.createWebClient()
                .getPage(run, "multi-arch-images/")
                .asNormalizedText()
                .replaceAll("\\s+", " ");
        assertTrue(Pattern.compile(expected).matcher(text).find(), text);
    }

    private WorkflowRun published(String driver, String dockerfile, String more) throws Exception {
        return published(driver, dockerfile, more, "p" + builds++, "linux/amd64 linux/arm64");
    }

    private WorkflowRun published(String driver, String dockerfile, String more, String tag, String platforms)
            throws Exception {
        WorkflowRun run = build(driver, dockerfile, more, tag, platforms, Result.SUCCESS);
        Rig.digest(repository, tag).orElseThrow();
        return run;
    }

    private WorkflowRun refused(String driver, String dockerfile, String more) throws Exception {
        String tag = "r" + builds++;
        WorkflowRun run = build(driver, dockerfile, more, tag, "linux/amd64 linux/arm64", Result.FAILURE);
        assertEquals("none", Rig.digest(repository, tag).orElse("none"));
        return run;
    }

    /** Builds on an agent that cannot write where temporary files are. */
    private WorkflowRun build(
            String driver, String dockerfile, String more, String tag, String platforms, Result result)
            throws Exception {
        String builder = Rig.builder(driver);
        WorkflowJob job = RigJenkins.job(
                jenkins,
                ("node { withEnv(['TMPDIR=/proc/none']) {"
                                + " def image = multiArchBuild(platforms: '%s', baseTags: '%s', credentialsId: 'registry-push',"
                                + " builder: '%s'%s)\n"
                                + "image.platforms.each { echo \"verification: ${it.verification} ${it.foreignPrograms}\" } } }")
                        .formatted(
                                platforms,
                                RigJenkins.tag(repository, tag),
                                builder,
                                more.isEmpty() ? "" : ", " + more));
        FilePath workspace = RigJenkins.writeApp(job, agent);
        workspace.child("Dockerfile").write(dockerfile, "UTF-8");
        workspace.child("entry").write("#!/bin/sh\n", "UTF-8");
        workspace.child("entry").chmod(0755);
        write(workspace.child("dynamic-amd64"), TestElf.program(TestElf.AMD64, "/lib/ld.so"));
        write(workspace.child("dynamic-arm64"), TestElf.program(TestElf.ARM64, "/lib/ld.so"));
        write(workspace.child("program-386"), TestElf.program(TestElf.I386));
        WorkflowRun run = jenkins.buildAndAssertStatus(result, job);
        FilePath temporary = WorkspaceList.tempDir(workspace);
        assertFalse(temporary.list().stream().anyMatch(file -> file.getName().startsWith("multi-arch")));
        return run;
    }

    private static void write(FilePath file, byte[] content) throws Exception {
        file.copyFrom(new ByteArrayInputStream(content));
    }
}
