package io.jenkins.plugins.multiarchbuild.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerConfig;
import io.jenkins.plugins.multiarchbuild.harness.ProcessAgent;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.TokenRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** An agent with a Docker configuration of its own, whose credentials store knows one registry and is wrong about another. */
@NeedsRig
class AgentConfigTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static DumbSlave agent;

    @TempDir
    private Path own;

    private final String repository = RigJenkins.newRepository();
    private final String tag = RigJenkins.tag(repository, "1.0");

    @BeforeAll
    static void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
        RigJenkins.addCredentials("wrong", "not-the-password");
    }

    @BeforeEach
    void configuration() throws Exception {
        agent.getNodeProperties()
                .replaceBy(List.of(new EnvironmentVariablesNodeProperty(
                        new EnvironmentVariablesNodeProperty.Entry("DOCKER_CONFIG", own.toString()),
                        new EnvironmentVariablesNodeProperty.Entry("PATH+HELPER", own.toString()))));
    }

    @Test
    void storeGoesOnAnsweringForOtherRegistriesAndNeverForOurs() throws Exception {
        try (TokenRegistry bases = new TokenRegistry()) {
            SystemCredentialsProvider.getInstance()
                    .getCredentials()
                    .add(new UsernamePasswordCredentialsImpl(
                            CredentialsScope.GLOBAL, "bases", null, bases.username(), bases.password()));
            writeStore(bases);
            writeConfig("\"credsStore\": \"rigtest\"");
            String base = bases.address() + "/bases/busybox:1";
            build("""
                    multiArchBuild(platforms: 'amd64', baseTags: '%s', credentialsId: 'wrong',
                                   registries: [[url: 'http://%s/v2/', credentialsId: 'bases']])
                    """.formatted(base, bases.address()), null, Result.SUCCESS);
            assertFalse(Files.exists(own.resolve("asked")), "the store is not asked where Jenkins has credentials");

            build("""
                    multiArchBuild(platforms: 'amd64', baseTags: '%s', credentialsId: 'registry-push')
                    """.formatted(tag), "FROM " + base + "\nLABEL a=b\n", Result.SUCCESS);
            String asked = Files.readString(own.resolve("asked"));
            assertTrue(asked.contains("get " + bases.address()), asked);
            assertFalse(asked.contains(Rig.REGISTRY), asked);
            assertEquals("x86_64", Rig.run("linux/amd64", tag));
        }
    }

    @Test
    void loginInTheEnvironmentOfTheAgentNeverReplacesOurs(@TempDir Path root) throws Exception {
        String stale = "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
                .formatted(Rig.REGISTRY, DockerConfig.auth(Rig.USERNAME, "not-the-password"));
        try (ProcessAgent process =
                ProcessAgent.start(jenkins, "service", root, Map.of(DockerConfig.VARIABLE, stale))) {
            WorkflowJob job = RigJenkins.job(jenkins, """
                    node('service') {
                        multiArchBuild(platforms: 'amd64', baseTags: '%s', credentialsId: 'registry-push')
                    }
                    """.formatted(tag));
            RigJenkins.writeApp(job, jenkins.jenkins.getNode("service"));
            jenkins.buildAndAssertSuccess(job);
            assertTrue(Rig.digest(repository, "1.0").isPresent());
        }
    }

    @Test
    void withoutCredentialsTheAgentsOwnLoginIsUsed() throws Exception {
        writeConfig("\"auths\": {\"%s\": {\"auth\": \"%s\"}}"
                .formatted(Rig.REGISTRY, DockerConfig.auth(Rig.USERNAME, Rig.PASSWORD)));
        build("multiArchBuild(platforms: 'amd64', baseTags: '%s')".formatted(tag), null, Result.SUCCESS);
        assertTrue(Rig.digest(repository, "1.0").isPresent());
    }

    @Test
    void refusedLoginNamesRegistryAndCredentials() throws Exception {
        writeConfig("\"auths\": {}");
        String wrong = build(
                "multiArchBuild(platforms: 'amd64', baseTags: '%s', credentialsId: 'wrong')".formatted(tag),
                null,
                Result.FAILURE);
        assertTrue(wrong.contains("The registry " + Rig.REGISTRY + " refused the login"), wrong);
        assertTrue(wrong.contains(" The credentials for " + Rig.REGISTRY + " were 'wrong'."), wrong);
        String none = build("multiArchBuild(platforms: 'amd64', baseTags: '%s')".formatted(tag), null, Result.FAILURE);
        assertTrue(none.contains("The registry " + Rig.REGISTRY + " refused the login"), none);
        assertTrue(none.contains(" No credentials were given for " + Rig.REGISTRY + ","), none);
        assertFalse(Rig.digest(repository, "1.0").isPresent());
    }

    @Test
    void refusedBaseImageNamesRegistryAndCredentials() throws Exception {
        writeConfig("\"auths\": {}");
        try (TokenRegistry bases = new TokenRegistry()) {
            String log =
                    build("""
                    multiArchBuild(platforms: 'amd64', baseTags: '%s', credentialsId: 'registry-push',
                                   registries: [[url: '%s', credentialsId: 'wrong']])
                    """.formatted(tag, bases.address()), "FROM " + bases.address() + "/base:1\n", Result.FAILURE);
            assertTrue(log.contains(" The credentials for " + bases.address() + " were 'wrong'."), log);
            assertFalse(Rig.digest(repository, "1.0").isPresent());
        }
    }

    private String build(String step, String dockerfile, Result result) throws Exception {
        WorkflowJob job = RigJenkins.job(jenkins, "node('!built-in') {\n" + step + "\n}");
        FilePath workspace = RigJenkins.writeApp(job, agent);
        if (dockerfile != null) {
            workspace.child("Dockerfile").write(dockerfile, "UTF-8");
        }
        WorkflowRun run = jenkins.buildAndAssertStatus(result, job);
        return JenkinsRule.getLog(run);
    }

    /** Keeps what the rig says of CLI plugins. */
    private void writeConfig(String more) throws Exception {
        String rig = Files.readString(Path.of(System.getenv("DOCKER_CONFIG"), "config.json"))
                .strip();
        Files.writeString(own.resolve("config.json"), "{" + more + "," + rig.substring(1));
    }

    /** A credentials helper as Docker starts it: a program on the PATH that is asked on its standard input. */
    private void writeStore(TokenRegistry known) throws Exception {
        Path helper = Files.writeString(own.resolve("docker-credential-rigtest"), """
                #!/bin/sh
                server=$(cat)
                echo "$1 $server" >> '%1$s/asked'
                case $server in
                  %2$s) echo '{"ServerURL":"%2$s","Username":"%3$s","Secret":"%4$s"}' ;;
                  *) echo '{"ServerURL":"'"$server"'","Username":"stranger","Secret":"wrong"}' ;;
                esac
                """.formatted(
                        own, known.address(), known.username(), known.password()));
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwx------"));
    }
}
