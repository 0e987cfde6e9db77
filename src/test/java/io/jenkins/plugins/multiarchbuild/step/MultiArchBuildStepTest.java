package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** The step on a real Jenkins with an agent, a real engine and a real registry. */
@NeedsRig
class MultiArchBuildStepTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static DumbSlave agent;

    private final String repository = RigJenkins.newRepository();

    @BeforeAll
    static void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void bothPlatformsArePublishedUnderBothTags(String driver) throws Exception {
        String builder = Rig.builder(driver);
        WorkflowJob job = RigJenkins.job(jenkins, """
                node {
                    def image = multiArchBuild(platforms: ['linux/amd64', 'aarch64'],
                                               baseTags: ['%s', '%s'],
                                               credentialsId: 'registry-push',
                                               builder: '%s')
                    echo "digest=${image.digest}"
                    echo "tags=${image.tags} reference=${image.reference} references=${image.references}"
                    echo "steps=${image.platforms.collect { [it.steps, it.cachedSteps, it.stepMillis >= 0] }}"
                    echo "platforms=${image.platforms.collect { [it.platform, it.digest, it.reference, it.size, it.agent, it.durationMillis] }}"
                }
                """.formatted(
                        RigJenkins.tag(repository, "1.0"), RigJenkins.tag(repository, "latest"), builder));
        FilePath workspace = RigJenkins.writeApp(job, agent);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        String digest = Rig.digest(repository, "1.0").orElseThrow();
        assertEquals(digest, Rig.digest(repository, "latest").orElseThrow());
        jenkins.assertLogContains("digest=" + digest, run);
        String log = JenkinsRule.getLog(run);
        assertTrue(log.matches("(?s).*steps=\\[\\[2, \\d, true\\], \\[2, \\d, true\\]\\].*"), log);
        assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(repository, "latest")));
        assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
        jenkins.assertLogNotContains(Rig.PASSWORD, run);
        FilePath temporary = WorkspaceList.tempDir(workspace);
        assertFalse(
                temporary.list().stream().anyMatch(file -> file.getName().startsWith("multi-arch")),
                temporary.list().toString());
    }

    @Test
    void failedPlatformLeavesTagsAlone() throws Exception {
        WorkflowJob job = RigJenkins.job(jenkins, """
                node {
                    writeFile file: 'Fails', text: 'FROM scratch\\nCOPY busybox-arm64 /busybox\\nRUN ["/busybox", "sh", "-c", "exit 3"]\\n'
                    multiArchBuild(platforms: 'linux/amd64 linux/arm64', baseTags: '%s', credentialsId: 'registry-push',
                                   dockerfiles: ['arm64': 'Fails'])
                }
                """.formatted(RigJenkins.tag(repository, "1.0")));
        RigJenkins.writeApp(job, agent);

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        jenkins.assertLogContains(
                "The build of linux/amd64, linux/arm64 failed. linux/arm64: process \"/busybox sh -c", run);
        assertFalse(Rig.digest(repository, "1.0").isPresent());
    }
}
