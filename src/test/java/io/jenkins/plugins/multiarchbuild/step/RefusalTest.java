package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** What an agent, its builder or a registry does not do is said clearly, before anything is built. */
@NeedsRig
class RefusalTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static DumbSlave agent;

    private final String repository = RigJenkins.newRepository();

    @BeforeAll
    static void agent() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        agent = jenkins.createSlave("builder-1", "docker", null);
        jenkins.waitOnline(agent);
        RigJenkins.addCredentials();
    }

    @Test
    void wrongPasswordIsSaidBeforeTheBuild() throws Exception {
        RigJenkins.addCredentials("wrong", "not-the-password");
        String log =
                fail("platforms: 'amd64', baseTags: '%s', credentialsId: 'wrong'", RigJenkins.tag(repository, "1.0"));
        assertTrue(log.contains("The registry " + Rig.REGISTRY + " refused the login"), log);
        assertTrue(log.contains("The credentials for " + Rig.REGISTRY + " were 'wrong'."), log);
    }

    @Test
    void credentialsThatCannotPublishAreNamed() throws Exception {
        RigJenkins.addCredentials("wrong", "not-the-password");
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node { multiArchPublish(images: '%s', baseTags: '%s', credentialsId: 'wrong') }"
                        .formatted(RigJenkins.tag(repository, "any"), RigJenkins.tag(repository, "1.0")));
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogContains("The credentials for " + Rig.REGISTRY + " were 'wrong'.", run);
    }

    @Test
    void registryThatIsDownIsSaidBeforeTheBuild() throws Exception {
        String registry;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            registry = "127.0.0.1:" + free.getLocalPort();
        }
        String log = fail("platforms: 'amd64', baseTags: '%s'", registry + "/app:1");
        assertTrue(log.contains("ERROR: On agent 'builder-1': The registry " + registry + " does not respond"), log);
    }

    @Test
    void platformThatTheBuilderLacksIsSaidBeforeTheBuild() throws Exception {
        String log = fail(
                "platforms: 'amd64,mips64le', baseTags: '%s', builder: 'default'", RigJenkins.tag(repository, "1.0"));
        assertTrue(
                log.contains("ERROR: On agent 'builder-1': The builder 'default' (driver docker) cannot build"
                        + " linux/mips64le. It has: linux/amd64,"),
                log);
        assertTrue(log.contains("tonistiigi/binfmt --install mips64le"), log);
    }

    @Test
    void missingBuilderIsSaidBeforeTheBuild() throws Exception {
        String log = fail("platforms: 'amd64', baseTags: '%s', builder: 'nobody'", RigJenkins.tag(repository, "1.0"));
        assertTrue(log.contains("ERROR: On agent 'builder-1': The builder 'nobody' cannot be used"), log);
    }

    @Test
    void missingDockerfileIsSaidBeforeTheBuild() throws Exception {
        String log = fail(
                "platforms: 'amd64', baseTags: '%s', dockerfiles: [amd64: 'Gone']", RigJenkins.tag(repository, "1.0"));
        assertTrue(log.contains("ERROR: There is no Dockerfile 'Gone' for linux/amd64 in "), log);
    }

    @Test
    void missingContextIsSaidBeforeTheBuild() throws Exception {
        String log = fail("platforms: 'amd64', baseTags: '%s', context: 'gone'", RigJenkins.tag(repository, "1.0"));
        assertTrue(log.contains("ERROR: context: there is no directory 'gone' to build from in "), log);
    }

    @Test
    void missingDockerIsSaid() throws Exception {
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node { withEnv(['PATH=/nowhere']) { multiArchBuild(platforms: 'amd64', baseTags: '%s') } }"
                        .formatted(RigJenkins.tag(repository, "1.0")));
        RigJenkins.writeApp(job, agent);
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogContains("ERROR: On agent 'builder-1': docker cannot be started", run);
    }

    @Test
    void oneFailureStopsTheOtherGroups() throws Exception {
        try (Gate gate = new Gate()) {
            WorkflowJob job = RigJenkins.job(jenkins, """
                    node {
                        writeFile file: 'Fails', text: 'FROM scratch\\nCOPY nothing-there /\\n'
                        writeFile file: 'Held', text: '''%s'''
                        multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', credentialsId: 'registry-push', builder: '%s',
                                       dockerfiles: [amd64: 'Held', arm64: 'Fails'], agents: [arm64: 'other'])
                    }
                    """.formatted(
                            gate.guarded("FROM scratch\nARG TARGETARCH\n"),
                            RigJenkins.tag(repository, "1.0"),
                            Rig.REMOTE_BUILDER));
            RigJenkins.writeApp(job, agent);
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            gate.awaitBuild();
            jenkins.createSlave("other-1", "other", null);
            jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
            jenkins.assertLogContains("The build of linux/arm64 failed.", run);
        }
        assertFalse(Rig.digest(repository, "1.0").isPresent());
    }

    private String fail(String parameters, String tag) throws Exception {
        WorkflowJob job = RigJenkins.job(jenkins, "node { multiArchBuild(" + parameters.formatted(tag) + ") }");
        RigJenkins.writeApp(job, agent);
        String log = JenkinsRule.getLog(jenkins.buildAndAssertStatus(Result.FAILURE, job));
        assertFalse(log.contains("building with \""), log);
        assertFalse(log.contains("\tat "), log);
        assertFalse(Rig.digest(repository, "1.0").isPresent());
        return log;
    }
}
