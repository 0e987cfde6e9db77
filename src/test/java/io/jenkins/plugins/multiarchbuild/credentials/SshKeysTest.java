package io.jenkins.plugins.multiarchbuild.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.cloudbees.jenkins.plugins.sshcredentials.impl.BasicSSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Private keys as ssh-keygen makes them, given to a real buildx. */
@NeedsRig
class SshKeysTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String PASSPHRASE = "quite a secret";

    @TempDir
    private Path directory;

    @Test
    void buildxReadsKeysThatHaveAPassphrase() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/ssh-keygen")), "no ssh-keygen");
        Run<?, ?> run = run();
        Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\nLABEL a=b\n");
        for (List<String> kind : List.of(
                List.of("-t", "rsa", "-b", "2048", "-N", PASSPHRASE),
                List.of("-t", "rsa", "-b", "2048", "-N", PASSPHRASE, "-m", "PEM"),
                List.of("-t", "ecdsa", "-N", PASSPHRASE),
                List.of("-t", "ed25519", "-N", PASSPHRASE),
                List.of("-t", "ed25519", "-N", ""))) {
            String id = "key-" + kind.hashCode();
            add(id, newKey(id, kind), kind.contains(PASSPHRASE) ? PASSPHRASE : null);
            SshKeys.check(run, Map.of("default", id));
            Path file = directory.resolve(id + ".open");
            Files.write(file, SshKeys.resolve(run, Map.of("default", id)).get("default"));
            Rig.docker(
                    "buildx", "build", "--ssh", "default=" + file, "--output", "type=cacheonly", directory.toString());
        }
    }

    @Test
    void wrongPassphraseIsSaidWithoutTheKey() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/ssh-keygen")), "no ssh-keygen");
        String key = newKey("wrong", List.of("-t", "ed25519", "-N", PASSPHRASE));
        add("wrong", key, "another");
        Run<?, ?> run = run();
        String message = assertThrows(
                        InvalidRequestException.class, () -> SshKeys.check(run, Map.of("default", "wrong")))
                .getMessage();
        assertEquals(
                "ssh: the private key of the credentials 'wrong' cannot be opened with its passphrase. Give a key without"
                        + " one, or correct the passphrase.",
                message);
        assertFalse(message.contains("another"));
    }

    private String newKey(String name, List<String> options) throws Exception {
        Path file = directory.resolve(name);
        ArrayList<String> command = new ArrayList<>(List.of("/usr/bin/ssh-keygen", "-q"));
        command.addAll(options);
        command.addAll(List.of("-f", file.toString()));
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
        return Files.readString(file);
    }

    private static void add(String id, String key, String passphrase) {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new BasicSSHUserPrivateKey(
                        CredentialsScope.GLOBAL,
                        id,
                        "git",
                        new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource(key),
                        passphrase,
                        null));
    }

    private static Run<?, ?> run() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("", true));
        return jenkins.buildAndAssertSuccess(job);
    }
}
