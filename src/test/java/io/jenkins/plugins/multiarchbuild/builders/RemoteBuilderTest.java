package io.jenkins.plugins.multiarchbuild.builders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.WorkspaceList;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.configuration.BuilderEntry;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.MutualTls;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.RelayedBuildKit;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.docker.commons.credentials.DockerServerCredentials;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** Builders of the driver remote: the rig's BuildKit, with and without TLS. */
@NeedsRig
class RemoteBuilderTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private final String repository = RigJenkins.newRepository();
    private DumbSlave agent;

    @BeforeEach
    void farm() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
    }

    @Test
    void keyIsOnTheAgentWhileTheBuildRuns() throws Exception {
        MutualTls tls = new MutualTls();
        try (RelayedBuildKit buildkit = new RelayedBuildKit(tls.listen());
                Gate gate = new Gate()) {
            addCertificates("tls", tls.text("client.key"), tls.text("client.pem"), tls.text("ca.pem"));
            BuilderEntry entry = new BuilderEntry("native");
            entry.setDriver("remote");
            entry.setEndpoint("tcp://127.0.0.1:" + buildkit.port());
            entry.setCertificates("tls");
            MultiArchBuildConfiguration.get().setBuilders(List.of(entry));
            WorkflowJob job = job("'native'");
            FilePath workspace = RigJenkins.writeApp(job, agent);
            FilePath dockerfile = workspace.child("Dockerfile");
            dockerfile.write(gate.guarded(dockerfile.readToString()), "UTF-8");

            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            gate.awaitBuild();
            Path temporary = Path.of(WorkspaceList.tempDir(workspace).getRemote());
            List<Path> keys = filesWith(temporary, tls.text("client.key").strip());
            assertEquals(1, keys.size(), keys.toString());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.get(0))));
            assertFalse(Rig.docker("buildx", "ls").contains("native-"));

            gate.open();
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(repository, "1.0")));
            assertEquals(List.of(), filesWith(temporary, "PRIVATE KEY"));
            assertFalse(JenkinsRule.getLog(run).contains("PRIVATE KEY"));
        }
    }

    @Test
    void withoutTheKeyNothingIsBuilt() throws Exception {
        MutualTls tls = new MutualTls();
        MutualTls other = new MutualTls();
        try (RelayedBuildKit buildkit = new RelayedBuildKit(tls.listen())) {
            addCertificates("other", other.text("client.key"), other.text("client.pem"), tls.text("ca.pem"));
            addCertificates("half", "", tls.text("client.pem"), tls.text("ca.pem"));
            String endpoint = "driver: 'remote', endpoint: 'tcp://127.0.0.1:" + buildkit.port() + "', certificates: ";
            WorkflowRun run = build("[name: 'native', " + endpoint + "'other']");
            jenkins.assertBuildStatus(Result.FAILURE, run);
            jenkins.assertLogContains("ERROR: On agent '" + agent.getNodeName() + "': The builder 'native-", run);

            run = build("[name: 'native', " + endpoint + "'half']");
            jenkins.assertBuildStatus(Result.FAILURE, run);
            jenkins.assertLogContains("ERROR: builder: the credentials 'half' need a client key", run);
        }
    }

    @Test
    void severalNodesAreOneBuilder() throws Exception {
        try (RelayedBuildKit buildkit = new RelayedBuildKit()) {
            WorkflowJob job = RigJenkins.job(jenkins, """
                    node('%s') {
                        def image = multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', credentialsId: 'registry-push',
                                       builder: [name: 'both', driver: 'remote',
                                                 endpoint: [amd64: '%s', arm64: 'tcp://127.0.0.1:%d']])
                        echo "nodes: ${image.platforms[0].node} ${image.platforms[1].node}"
                    }
                    """.formatted(
                    agent.getNodeName(), RigJenkins.tag(repository, "1.0"), Rig.remoteEndpoint(), buildkit.port()));
            RigJenkins.writeApp(job, agent);
            WorkflowRun run = jenkins.buildAndAssertSuccess(job);
            String arm = "tcp://127.0.0.1:" + buildkit.port();
            jenkins.assertLogContains("nodes: " + Rig.remoteEndpoint() + " " + arm, run);
            String page =
                    jenkins.createWebClient().getPage(run, "multi-arch-images/").asNormalizedText();
            assertTrue(page.contains(agent.getDisplayName() + " (" + arm + ")"), page);
            assertTrue(buildkit.connections() > 0);
            assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(repository, "1.0")));
            assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
        }
    }

    private WorkflowRun build(String builder) throws Exception {
        WorkflowJob job = job(builder);
        RigJenkins.writeApp(job, agent);
        return jenkins.waitForCompletion(job.scheduleBuild2(0).waitForStart());
    }

    private WorkflowJob job(String builder) throws Exception {
        return RigJenkins.job(
                jenkins,
                "node('" + agent.getNodeName() + "') { multiArchBuild(platforms: 'amd64', baseTags: '"
                        + RigJenkins.tag(repository, "1.0") + "', credentialsId: 'registry-push', builder: " + builder
                        + ") }");
    }

    private static void addCertificates(String id, String key, String certificate, String ca) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new DockerServerCredentials(
                        CredentialsScope.GLOBAL, id, null, Secret.fromString(key), certificate, ca));
        SystemCredentialsProvider.getInstance().save();
    }

    private static List<Path> filesWith(Path directory, String text) throws Exception {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> contains(file, text))
                    .toList();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            return false;
        }
    }
}
