package io.jenkins.plugins.multiarchbuild.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.jenkins.plugins.sshcredentials.impl.BasicSSHUserPrivateKey;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.FilePath;
import hudson.model.Node;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.SecretSearch;
import io.jenkins.plugins.multiarchbuild.rig.TokenRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;

/** A build with every kind of secret, held in its middle by a gate, and the search for what it has left. */
public final class SecretBuild implements AutoCloseable {

    public final TokenRegistry registry = new TokenRegistry();
    public final Gate gate = new Gate();
    public final String tag = registry.address() + "/team/app:1";
    private final String npm = "npm-" + UUID.randomUUID();
    private final String password = "proxy-" + UUID.randomUUID();
    private final String key = newKey();
    private final SecretSearch search = new SecretSearch(
            registry.password(), npm, password, key.lines().toList().get(3));
    private FilePath workspace;

    public SecretBuild() throws Exception {}

    /** Adds the credentials and a job that uses them on an agent. */
    public WorkflowJob createJob(JenkinsRule jenkins, Node agent, String around) throws Exception {
        add(new UsernamePasswordCredentialsImpl(
                CredentialsScope.GLOBAL, "push", null, registry.username(), registry.password()));
        add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "proxy", null, "proxy-user", password));
        add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "npm-token", null, Secret.fromString(npm)));
        add(new BasicSSHUserPrivateKey(
                CredentialsScope.GLOBAL,
                "deploy-key",
                "git",
                new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource(key),
                null,
                null));
        WorkflowJob job = RigJenkins.job(jenkins, """
                node('%s') {
                    %s {
                        multiArchBuild(platforms: 'linux/amd64', baseTags: '%s', credentialsId: 'push',
                                       secrets: [npm: 'npm-token', proxy: 'proxy'], ssh: [default: 'deploy-key'])
                    }
                }
                """.formatted(agent.getNodeName(), around, tag));
        workspace = RigJenkins.writeApp(job, agent);
        FilePath dockerfile = workspace.child("Dockerfile");
        dockerfile.write(
                gate.guarded(dockerfile.readToString()) + """
                RUN --mount=type=secret,id=npm --mount=type=secret,id=proxy_username --mount=type=secret,id=proxy_password \
                    --mount=type=ssh ["/bin/busybox", "sh", "-c", \
                    ": %s; cd /run/secrets; b=/bin/busybox; echo user=$($b cat proxy_username) sizes=$($b cat npm | $b wc -c),$($b cat proxy_password | $b wc -c); $b test -S $SSH_AUTH_SOCK && echo has-ssh; echo printed=$($b cat npm)"]
                """.formatted(UUID.randomUUID()),
                "UTF-8"); // never from the cache of another build
        return job;
    }

    /** The build could read its secrets, and the log that it printed one into does not show it. */
    public void assertUsed(WorkflowRun run) throws IOException {
        String log = JenkinsRule.getLog(run);
        assertTrue(log.contains(" user=proxy-user sizes=" + npm.length() + "," + password.length()), log);
        assertTrue(log.contains(" has-ssh"), log);
        assertTrue(log.contains(" printed=****"), log);
    }

    /** While it builds: in files that only their owner can read, and nowhere else. */
    public void assertOnlyInPrivateFiles(JenkinsRule jenkins) throws Exception {
        List<Path> files = search.files(Path.of(workspace.getRemote()).getParent());
        assertEquals(4, files.size(), "config.json, token, password and key: " + files);
        for (Path file : files) {
            assertTrue(file.startsWith(temporaryDirectory()), file.toString());
            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), file.toString());
            Path directory = file;
            while (!directory.getFileName().toString().startsWith(Agent.DIRECTORY_PREFIX)) {
                directory = directory.getParent();
            }
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        }
        assertEquals(List.of(), search.processes());
        assertNotInHome(jenkins);
    }

    /** The agent's file system still holds what a build could not remove. */
    public boolean isLeftBehind() throws IOException {
        return !search.files(temporaryDirectory()).isEmpty();
    }

    /** Afterwards: nowhere on the agent, in no process, and neither in Jenkins' own files, the log nor the registry. */
    public void assertNowhere(JenkinsRule jenkins, WorkflowRun run) throws Exception {
        assertEquals(List.of(), search.files(Path.of(workspace.getRemote()).getParent()), "agent");
        assertEquals(List.of(), search.processes(), "processes");
        assertEquals(List.of(), search.files(registry.data()), "manifests, configurations with history, and layers");
        assertFalse(search.matches(JenkinsRule.getLog(run)), "log");
        assertNotInHome(jenkins);
        try (var left = Files.list(temporaryDirectory())) {
            assertEquals(
                    List.of(),
                    left.filter(path -> path.getFileName().toString().startsWith(Agent.DIRECTORY_PREFIX))
                            .toList());
        }
    }

    /** Every file of the controller but the plugins' programs: configurations, builds with program.dat, logs. */
    private void assertNotInHome(JenkinsRule jenkins) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var children = Files.list(jenkins.jenkins.getRootDir().toPath())) {
            for (Path child : children.filter(path -> !List.of("plugins", "war", "slave")
                            .contains(path.getFileName().toString()))
                    .toList()) {
                found.addAll(search.files(child));
            }
        }
        // the agent's files are looked at on their own
        found.removeIf(file -> file.startsWith(Path.of(workspace.getRemote()).getParent()));
        assertEquals(List.of(), found, "controller");
    }

    private Path temporaryDirectory() {
        return Path.of(workspace.getRemote() + "@tmp");
    }

    private static void add(Credentials credentials) throws IOException {
        SystemCredentialsProvider.getInstance().getCredentials().add(credentials);
        SystemCredentialsProvider.getInstance().save();
    }

    private static String newKey() throws Exception {
        byte[] encoded = KeyPairGenerator.getInstance("RSA")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(encoded)
                + "\n-----END PRIVATE KEY-----\n";
    }

    @Override
    public void close() throws IOException {
        gate.close();
        registry.close();
    }
}
