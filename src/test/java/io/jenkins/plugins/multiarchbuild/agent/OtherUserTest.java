package io.jenkins.plugins.multiarchbuild.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hudson.FilePath;
import hudson.model.Node;
import io.jenkins.plugins.multiarchbuild.harness.ProcessAgent;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SecretBuild;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Agents on which {@code docker} has another home directory than Java, or that run as another user. */
@NeedsRig
@WithJenkins
class OtherUserTest {

    private static final int UID = 12345;

    @TempDir
    private Path directory;

    private final String repository = RigJenkins.newRepository();

    @Test
    void builderThatThePipelineCreatedInAnotherHomeIsFound(JenkinsRule jenkins) throws Exception {
        RigJenkins.addCredentials();
        // for docker, an empty variable is like none
        Map<String, String> environment = Map.of("DOCKER_CONFIG", "", "BUILDX_CONFIG", "", "SSL_CERT_DIR", "");
        try (ProcessAgent agent = ProcessAgent.start(jenkins, "other", directory, environment)) {
            WorkflowJob job = RigJenkins.job(jenkins, """
                    node('other') {
                        withEnv(["HOME=$WORKSPACE"]) {
                            sh '''
                                mkdir -p "$HOME/.docker"
                                cp "$RIG_HOME/docker/config.json" "$HOME/.docker/"
                                docker buildx create --name of-this-build --driver remote "unix://$RIG_HOME/run/buildkit.sock"
                            '''
                            multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: 'of-this-build',
                                           credentialsId: 'registry-push', provenance: false)
                        }
                    }
                    """.formatted(RigJenkins.tag(repository, "1.0")));
            RigJenkins.writeApp(job, jenkins.jenkins.getNode("other"));

            WorkflowRun run = jenkins.buildAndAssertSuccess(job);

            jenkins.assertLogContains("with builder 'of-this-build'", run);
            assertTrue(Rig.digest(repository, "1.0").isPresent());
        }
    }

    @Test
    void agentOfAnotherUserKeepsItsSecretsToItself(JenkinsRule jenkins) throws Exception {
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
                        && Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "only root can start an agent as another user, and with setpriv");
        Path root = Files.createDirectory(directory.resolve("agent"));
        Path home = Files.createDirectory(directory.resolve("home"));
        Path config = Files.createDirectory(home.resolve(".docker")).resolve("config.json");
        Files.copy(Path.of(System.getenv("DOCKER_CONFIG"), "config.json"), config);
        for (Path path : List.of(directory, root, home, config.getParent(), config)) {
            Files.setAttribute(path, "unix:uid", UID);
        }
        // the rig's socket is open to its group
        Object group =
                Files.getAttribute(Path.of(System.getenv("DOCKER_HOST").substring("unix://".length())), "unix:gid");
        try (SecretBuild build = new SecretBuild();
                ProcessAgent agent = ProcessAgent.start(
                        jenkins,
                        "other",
                        root,
                        Map.of("HOME", home.toString(), "DOCKER_CONFIG", ""),
                        "setpriv",
                        "--reuid=" + UID,
                        "--regid=" + group,
                        "--clear-groups")) {
            Node node = jenkins.jenkins.getNode("other");
            WorkflowJob job = build.createJob(jenkins, node, "stage('x')");
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            build.gate.awaitBuild();
            build.assertOnlyInPrivateFiles(jenkins);
            FilePath workspace = node.getWorkspaceFor(job);
            assertEquals(
                    UID, Files.getAttribute(Path.of(workspace.getRemote() + "@tmp"), "unix:uid"), "the agent's user");

            build.gate.open();

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            build.assertUsed(run);
            build.assertNowhere(jenkins, run);
        }
    }
}
