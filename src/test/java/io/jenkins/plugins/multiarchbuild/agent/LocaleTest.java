package io.jenkins.plugins.multiarchbuild.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.harness.ProcessAgent;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Path;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** Text that is not ASCII, on agents that were started as a service, without LANG, and with it. */
@NeedsRig
class LocaleTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String TEXT = "é 中文 \\\\";

    private static final String EXPECTED = "é 中文 \\\\";

    @TempDir
    private Path directory;

    private final String repository = RigJenkins.newRepository();

    @BeforeAll
    static void credentials() throws Exception {
        RigJenkins.addCredentials();
    }

    @Test
    void textArrivesByteForByteWithoutLang() throws Exception {
        try (ProcessAgent agent = ProcessAgent.start(jenkins, "posix", directory, Map.of())) {
            WorkflowJob job = job("ascii", "posix");
            FilePath workspace = RigJenkins.writeApp(job, jenkins.jenkins.getNode("posix"));
            FilePath dockerfile = workspace.child("Dockerfile");
            dockerfile.write(
                    dockerfile.readToString() + "ARG TEXT\nENV COPIED=\"$TEXT\"\nCMD [\"/bin/busybox\", \"env\"]\n",
                    "UTF-8");

            jenkins.buildAndAssertSuccess(job);

            String tag = RigJenkins.tag(repository, "1.0");
            String index = Rig.manifest(repository, "1.0").orElseThrow();
            assertTrue(
                    index.contains("\"org.example.note\":\"" + EXPECTED + "\"")
                            || index.contains("\"org.example.note\": \"" + EXPECTED + "\""),
                    index);
            String environment = Rig.run("linux/amd64", tag);
            assertTrue(environment.contains("COPIED=é 中文 \\"), environment);
            assertEquals("é 中文 \\", Rig.docker("inspect", "--format", "{{index .Config.Labels \"note\"}}", tag));
        }
    }

    @Test
    void workspaceThatJavaCannotNameIsAnErrorBeforeAnythingIsBuilt() throws Exception {
        try (ProcessAgent agent = ProcessAgent.start(jenkins, "posix", directory, Map.of())) {
            WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job("构建", "posix"));

            String log = JenkinsRule.getLog(run);
            assertTrue(log.contains("ERROR: "), log);
            assertTrue(log.contains("LANG=C.UTF-8"), log);
            assertFalse(log.contains("building with \""), log);
            assertFalse(log.contains("\tat "), log);
        }
    }

    /** Buildx sends the name of the workspace in the header of a request if it builds for several platforms. */
    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void workspaceThatJavaCanNameWorks(String driver) throws Exception {
        try (ProcessAgent agent = ProcessAgent.start(jenkins, "utf8-" + driver, directory, Map.of("LANG", "C.UTF-8"))) {
            WorkflowJob job = job("构建", "utf8-" + driver);
            FilePath workspace = RigJenkins.writeApp(job, jenkins.jenkins.getNode("utf8-" + driver));
            job.setDefinition(new CpsFlowDefinition(
                    """
                    node('utf8-%1$s') {
                        multiArchBuild(platforms: 'amd64,arm64', baseTags: '%2$s', builder: '%3$s',
                            credentialsId: 'registry-push')
                    }
                    """.formatted(driver, RigJenkins.tag(repository, "1.0"), Rig.builder(driver)), true));

            jenkins.buildAndAssertSuccess(job);

            assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(repository, "1.0")));
            assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
            assertTrue(workspace.child("Dockerfile").exists());
        }
    }

    private WorkflowJob job(String name, String label) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name + "-" + label);
        boolean ascii = name.equals("ascii");
        job.setDefinition(new CpsFlowDefinition(
                """
                node('%s') {
                    multiArchBuild(platforms: 'linux/amd64', baseTags: '%s', builder: '%s',
                                   credentialsId: 'registry-push', provenance: false,
                                   labels: [note: "%4$s"], annotations: ['org.example.note': "%4$s"])
                }
                """.replace("%4$s", TEXT)
                        .formatted(label, RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER)
                        .replace("platforms:", ascii ? "platforms:" : "context: 'app', platforms:")
                        .replace("labels:", ascii ? "buildArgs: [TEXT: \"" + TEXT + "\"], labels:" : "labels:"),
                true));
        return job;
    }
}
