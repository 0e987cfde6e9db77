package io.jenkins.plugins.multiarchbuild.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.PrivateEngine;
import java.io.File;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.SimpleCommandLauncher;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** An agent whose Docker was given a CA for one registry and may talk to another without TLS. */
@NeedsRig
@WithJenkins
class PrivateRegistryTest {

    @TempDir
    private Path root;

    @Test
    void settingsOfTheAgentsDockerServeBothSteps(JenkinsRule jenkins) throws Exception {
        try (PrivateEngine engine = new PrivateEngine()) {
            DumbSlave agent = start(jenkins, engine);
            WorkflowJob job = RigJenkins.job(jenkins, """
                    node('private') {
                        writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY Dockerfile /\\n'
                        def image = multiArchBuild(platforms: 'amd64 arm64', baseTags: '%1$s/team/app:1',
                                                   builder: 'default', credentialsId: 'registry-push')
                        multiArchPublish(images: image.reference, baseTags: '%2$s/team/app:2',
                                         credentialsId: 'registry-push',
                                         registries: [[url: '%1$s', credentialsId: 'registry-push']])
                        multiArchBuild(platforms: 'amd64 arm64', baseTags: '%2$s/team/built:1', builder: 'default',
                                       credentialsId: 'registry-push')
                    }
                    """.formatted(PrivateEngine.TLS, PrivateEngine.PLAIN));
            WorkflowRun distrusted = jenkins.buildAndAssertStatus(Result.FAILURE, job);
            jenkins.assertLogContains("into /etc/docker/certs.d/" + PrivateEngine.TLS + "/ca.crt", distrusted);

            engine.trust();
            jenkins.buildAndAssertSuccess(job);
            assertEquals(
                    engine.digest(PrivateEngine.TLS, "team/app", "1"),
                    engine.digest(PrivateEngine.PLAIN, "team/app", "2"));
            assertNotNull(engine.digest(PrivateEngine.PLAIN, "team/built", "1"));
            assertEquals(
                    0,
                    agent.getWorkspaceFor(job).getParent().list("*@tmp/multi-arch-build-*/**").length,
                    "nothing of it stays");
            jenkins.jenkins.removeNode(agent);
        }
    }

    private DumbSlave start(JenkinsRule jenkins, PrivateEngine engine) throws Exception {
        RigJenkins.addCredentials();
        File jar = new File(jenkins.jenkins.getJnlpJars("agent.jar").getURL().toURI());
        DumbSlave agent = new DumbSlave(
                "private-1",
                root.toString(),
                new SimpleCommandLauncher(
                        engine.enter() + " " + System.getProperty("java.home") + "/bin/java -jar " + jar));
        agent.setLabelString("private");
        jenkins.jenkins.addNode(agent);
        jenkins.waitOnline(agent);
        return agent;
    }
}
