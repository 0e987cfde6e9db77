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

    @Test
    void workspaceThatJavaCanNameWorks() throws Exception {
        try (ProcessAgent agent = ProcessAgent.start(jenkins, "utf8", directory, Map.of("LANG", "C.UTF-8"))) {
            jenkins.buildAndAssertSuccess(job("构建", "utf8"));
            assertTrue(Rig.digest(repository, "1.0").isPresent());
        }
    }

    /** The source is copied by a shell, which has no locale to get wrong. */
    private WorkflowJob job(String name, String label) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name + "-" + label);
        boolean ascii = name.equals("ascii");
        String source = label.equals("posix")
                ? ""
                : "sh 'mkdir -p app && cd app && cp \"$RIG_BUSYBOX\"/busybox-amd64 . && printf \"FROM scratch\\\\nCOPY"
                        + " busybox-amd64 /bin/busybox\\\\nCMD [\\\"/bin/busybox\\\", \\\"uname\\\", \\\"-m\\\"]\\\\n\" > Dockerfile'";
        job.setDefinition(new CpsFlowDefinition(
                """
                node('%s') {
                    %s
                    multiArchBuild(platforms: 'linux/amd64', baseTags: '%s', builder: '%s',
                                   credentialsId: 'registry-push', provenance: false,
                                   labels: [note: "%4$s"], annotations: ['org.example.note': "%4$s"])
                }
                """.replace("%4$s", TEXT)
                        .formatted(label, source, RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER)
                        .replace("platforms:", ascii ? "platforms:" : "context: 'app', platforms:")
                        .replace("labels:", ascii ? "buildArgs: [TEXT: \"" + TEXT + "\"], labels:" : "labels:"),
                true));
        return job;
    }
}
