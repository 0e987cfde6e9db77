package io.jenkins.plugins.multiarchbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.EnvVars;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.harness.Documentation;
import io.jenkins.plugins.multiarchbuild.harness.GitRepository;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the Jenkinsfiles of the documentation as they stand there, from Git, on agents with the labels they name. */
@NeedsRig
class DocumentationTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    /** Stands in for trivy, which is not to be had everywhere. */
    private static final String SCANNER = """
            #!/bin/sh
            for reference; do :; done
            docker manifest inspect --insecure "$reference" | grep -q '"config"' || exit
            echo "scanned with $*"
            """;

    /** Stands in for cosign, and fails if the tag exists that is to be published last. */
    private static final String SIGNER = """
            #!/bin/sh
            for reference; do :; done
            docker manifest inspect --insecure "$reference" | grep -q '"manifests"' || exit
            grep -q 'PRIVATE KEY' "$5" || exit
            [ "$COSIGN_PASSWORD" = key-password ] || exit
            if docker manifest inspect --insecure "${reference%@*}:1.0"; then exit 1; fi
            echo "signed with $*"
            """;

    @TempDir
    private Path repository;

    private final String name = RigJenkins.newRepository();

    @BeforeAll
    static void farm(@TempDir Path tools) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        write(tools.resolve("trivy"), SCANNER);
        write(tools.resolve("cosign"), SIGNER);
        EnvVars environment = new EnvVars("PATH+TOOLS", tools.toString());
        jenkins.createSlave("one", "docker x86 amd64", environment);
        jenkins.createSlave("two", "docker arm64", environment);
        RigJenkins.addCredentials();
        var credentials = SystemCredentialsProvider.getInstance().getCredentials();
        credentials.add(new FileCredentialsImpl(
                CredentialsScope.GLOBAL,
                "cosign-key",
                null,
                "cosign.key",
                SecretBytes.fromBytes("PRIVATE KEY".getBytes(StandardCharsets.US_ASCII))));
        credentials.add(new StringCredentialsImpl(
                CredentialsScope.GLOBAL, "cosign-password", null, Secret.fromString("key-password")));
        SystemCredentialsProvider.getInstance().save();
    }

    private static void write(Path program, String script) throws IOException {
        Files.writeString(program, script);
        program.toFile().setExecutable(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"quick", "declarative", "farm", "promote", "matrix", "sign", "recipe"})
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
        if (example.equals("sign")) {
            String digest = Rig.digest(name, "1.0").orElseThrow();
            jenkins.assertLogContains(
                    "scanned with image --exit-code 1 --severity CRITICAL --platform linux/arm64 ", run);
            jenkins.assertLogContains("signed with sign --yes --recursive --key **** ", run);
            jenkins.assertLogContains(" " + Rig.REGISTRY + "/" + name + "@" + digest + "\n", run);
            jenkins.assertLogNotContains("key-password", run);
        }
        if (example.equals("matrix")) {
            assertEquals(Rig.digest(name, "1.0"), Rig.digest(name, "stable"));
        }
    }

    @Test
    void exampleWithoutRegistryWorks() throws Exception {
        Rig.writeApp(repository);
        Files.writeString(
                repository.resolve("Jenkinsfile"),
                Documentation.example("archive", "groovy")
                        .replace("registry.example.com/team/app", "r.example/" + name));
        WorkflowJob job = GitRepository.of(repository).job(jenkins);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        Rig.docker(
                "load",
                "--input",
                run.getArtifactManager().root().child("app-1.0.oci.tar").toURI().getPath());
        assertEquals("aarch64", Rig.runLoaded("linux/arm64", "r.example/" + name + ":1.0"));
        Rig.docker("image", "rm", "--force", "r.example/" + name + ":1.0");
    }
}
