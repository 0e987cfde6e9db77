package io.jenkins.plugins.multiarchbuild.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.harness.GitRepository;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.durable_task.DurableTaskStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** A Dockerfile that prints its secrets on an agent in a process of its own, which checks out for itself. */
@NeedsRig
class SecretMaskTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String FAILS = "; exit 3";

    @TempDir
    private Path directory;

    private final String token = "token-" + UUID.randomUUID();
    private final List<String> lines = List.of("first-" + UUID.randomUUID(), "second-" + UUID.randomUUID());
    private final String repository = RigJenkins.newRepository();

    @BeforeAll
    static void agent() throws Exception {
        RigJenkins.addCredentials();
        jenkins.waitOnline(jenkins.createSlave("builder", "builder", null));
    }

    @AfterEach
    void reset() {
        DurableTaskStep.USE_WATCHING = false;
    }

    @Test
    void agentMasksWhatItPushes() throws Exception {
        DurableTaskStep.USE_WATCHING = true;
        WorkflowRun run = build("", Result.SUCCESS);
        assertMasked(run);
    }

    @Test
    void controllerMasksWhatItReads() throws Exception {
        assertMasked(build("", Result.SUCCESS));
    }

    @Test
    void failureIsMasked() throws Exception {
        DurableTaskStep.USE_WATCHING = true;
        WorkflowRun run = build(FAILS, Result.FAILURE);
        assertMasked(run);
        assertEquals(
                1,
                JenkinsRule.getLog(run)
                        .lines()
                        .filter(line -> line.startsWith("ERROR: On agent"))
                        .count());
    }

    /** The last line of a log without an error is quoted as the reason. */
    @Test
    void errorThatQuotesTheLogIsMasked() throws Exception {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path docker = Files.writeString(bin.resolve("docker"), """
                #!/bin/sh
                case "$*" in
                  *"buildx bake"*) cat "$MULTI_ARCH_BUILD"/secrets/* | tee /dev/stderr; kill -9 $$ ;;
                  *) PATH=${PATH#*:} exec docker "$@" ;;
                esac
                """);
        docker.toFile().setExecutable(true);
        WorkflowRun run = build("", Result.FAILURE, "PATH+STUB=" + bin);
        assertMasked(run);
        String log = JenkinsRule.getLog(run);
        assertTrue(log.contains("ERROR: On agent 'builder': The build of linux/amd64 failed. "), log);
    }

    private void assertMasked(WorkflowRun run) throws Exception {
        String log = JenkinsRule.getLog(run);
        assertTrue(log.contains("****"), log);
        assertFalse(log.contains(token), log);
        for (String line : lines) {
            assertFalse(log.contains(line), log);
        }
        assertFalse(log.contains("\tat "), log);
    }

    private WorkflowRun build(String after, Result result, String... environment) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "token", null, Secret.fromString(token)));
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new FileCredentialsImpl(
                        CredentialsScope.GLOBAL,
                        "file",
                        null,
                        "settings.xml",
                        SecretBytes.fromBytes(String.join("\n", lines).getBytes(StandardCharsets.UTF_8))));
        Path source = Files.createDirectory(directory.resolve("source"));
        Rig.writeApp(source);
        Files.writeString(
                source.resolve("Dockerfile"), """
                RUN --mount=type=secret,id=token --mount=type=secret,id=file ["/bin/busybox", "sh", "-c", \
                    ": %s; cd /run/secrets; for each in token file; do /bin/busybox cat $each; echo; done%s"]
                """.formatted(UUID.randomUUID(), after), StandardOpenOption.APPEND);
        Files.writeString(source.resolve("Jenkinsfile"), """
                withEnv(%s) {
                    multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push',
                                   agents: ['*': 'builder'], secrets: [token: 'token', file: 'file'])
                }
                """.formatted(
                        environment.length == 0 ? "[]" : "['" + environment[0] + "']",
                        RigJenkins.tag(repository, "1.0"),
                        Rig.REMOTE_BUILDER));
        return jenkins.buildAndAssertStatus(result, GitRepository.of(source).job(jenkins));
    }
}
