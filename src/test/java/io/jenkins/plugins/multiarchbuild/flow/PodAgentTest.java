package io.jenkins.plugins.multiarchbuild.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.EnvVars;
import io.jenkins.plugins.multiarchbuild.harness.GitRepository;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Agents as in docs/kubernetes.md: {@code docker} and {@code buildx}, a builder beside them, and no engine. */
@NeedsRig
class PodAgentTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    @TempDir
    private Path home;

    @TempDir
    private Path source;

    private final String repository = RigJenkins.newRepository();

    @Test
    void agentsWithoutAnEngineBuildVerifyAndPublish() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        RigJenkins.addCredentials();
        Files.copy(Path.of(System.getenv("DOCKER_CONFIG"), "config.json"), home.resolve("config.json"));
        EnvVars environment = new EnvVars(
                "DOCKER_HOST",
                "unix://" + home + "/no-engine.sock",
                "DOCKER_CONFIG",
                home.toString(),
                "BUILDX_BUILDER",
                "");
        jenkins.createSlave("pod-1", "buildkit-amd64", environment);
        jenkins.createSlave("pod-2", "buildkit-arm64", environment);
        Rig.writeApp(source);
        Files.writeString(
                source.resolve("Jenkinsfile"), """
                node('buildkit-amd64') {
                    sh 'docker buildx create --name pod --driver remote %s'
                }
                multiArchBuild platforms: ['linux/amd64', 'linux/arm64'],
                               agents: ['linux/amd64': 'buildkit-amd64', 'linux/arm64': 'buildkit-arm64'],
                               baseTags: '%s', credentialsId: 'registry-push', builder: 'pod', cache: true,
                               smokeTest: ['/bin/busybox', 'true']
                """.formatted(Rig.remoteEndpoint(), RigJenkins.tag(repository, "1.0")));
        WorkflowJob job = GitRepository.of(source).job(jenkins);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains("linux/arm64 verified: 1 program", run);
        assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(repository, "1.0")));
        assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
    }
}
