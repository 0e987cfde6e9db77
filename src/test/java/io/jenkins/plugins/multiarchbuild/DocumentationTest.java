package io.jenkins.plugins.multiarchbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.multiarchbuild.harness.Documentation;
import io.jenkins.plugins.multiarchbuild.harness.GitRepository;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the Jenkinsfiles of the documentation as they stand there, from Git, on agents with the labels they name. */
@NeedsRig
class DocumentationTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    @TempDir
    private Path repository;

    private final String name = RigJenkins.newRepository();

    @BeforeAll
    static void farm() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        jenkins.createSlave("one", "docker x86 amd64", null);
        jenkins.createSlave("two", "docker arm64", null);
        RigJenkins.addCredentials();
    }

    @ParameterizedTest
    @ValueSource(strings = {"quick", "declarative", "farm", "promote", "matrix", "recipe"})
    void exampleWorks(String example) throws Exception {
        Rig.writeApp(repository);
        Files.copy(repository.resolve("Dockerfile"), repository.resolve("Dockerfile-aarch64"));
        Files.writeString(
                repository.resolve("Jenkinsfile"),
                Documentation.example(example, "groovy")
                        .replace("registry.example.com/team/app", Rig.REGISTRY + "/" + name)
                        .replace("registry.example.com", Rig.REGISTRY));
        WorkflowJob job = GitRepository.of(repository).job(jenkins);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains("Published " + RigJenkins.tag(name, "1.0"), run);
        assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(name, "1.0")));
        assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(name, "1.0")));
        if (example.equals("recipe")) {
            assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(name, "1.0-x86_64")));
            assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(name, "1.0-aarch64")));
        }
        if (example.equals("promote")) {
            jenkins.assertLogContains(", with attestations ", run);
            jenkins.assertLogContains("\nx86_64\n", run);
            jenkins.assertLogContains("\naarch64\n", run);
        }
        if (example.equals("matrix")) {
            assertEquals(Rig.digest(name, "1.0"), Rig.digest(name, "stable"));
        }
    }
}
