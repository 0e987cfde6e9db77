package io.jenkins.plugins.multiarchbuild.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Runs the Jenkinsfiles of the README as they stand there, from a Git repository, on agents with the labels they name. */
@NeedsRig
@WithJenkins
class DocumentationTest {

    @TempDir
    private Path repository;

    private final String name = RigJenkins.newRepository();
    private JenkinsRule jenkins;

    @BeforeEach
    void farm(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        jenkins.createSlave("one", "docker x86 amd64", null);
        jenkins.createSlave("two", "docker arm64", null);
        RigJenkins.addCredentials();
    }

    @ParameterizedTest
    @ValueSource(strings = {"quick", "declarative", "farm", "promote", "matrix", "recipe"})
    void exampleOfTheReadmeWorks(String example) throws Exception {
        Rig.writeApp(repository);
        Files.copy(repository.resolve("Dockerfile"), repository.resolve("Dockerfile-aarch64"));
        Files.writeString(
                repository.resolve("Jenkinsfile"),
                example(example).replace("registry.example.com/team/app", Rig.REGISTRY + "/" + name));
        WorkflowJob job = GitRepository.of(repository).job(jenkins);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains("Published " + RigJenkins.tag(name, "1.0"), run);
        assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(name, "1.0")));
        assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(name, "1.0")));
        if (example.equals("recipe")) {
            assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(name, "1.0-x86_64")));
            assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(name, "1.0-aarch64")));
        }
        if (example.equals("matrix")) {
            assertEquals(Rig.digest(name, "1.0"), Rig.digest(name, "stable"));
        }
    }

    private static String example(String name) throws Exception {
        Matcher block = Pattern.compile("<!-- example: " + name + " -->\n```groovy\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")));
        if (!block.find()) {
            throw new IllegalArgumentException("the README has no example " + name);
        }
        return block.group(1);
    }
}
