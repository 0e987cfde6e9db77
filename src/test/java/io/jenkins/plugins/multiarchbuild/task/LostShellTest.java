package io.jenkins.plugins.multiarchbuild.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.slaves.DumbSlave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The shell of a bake has ended, and its directory is gone, but Pipeline does not know that. */
@NeedsRig
class LostShellTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    /** Removes the directory of the shell after a bake, as Pipeline does. */
    private static final String DOCKER = """
            #!/bin/sh
            %s "$@"
            exit=$?
            case "$*" in *--metadata-file*) rm -rf "$WORKSPACE_TMP"/durable-* ;; esac
            exit $exit
            """;

    @TempDir
    private Path directory;

    private Field patience;
    private int usual;

    @BeforeEach
    void lookSoon() throws Exception {
        patience = Class.forName("org.jenkinsci.plugins.durabletask.BourneShellScript")
                .getDeclaredField("HEARTBEAT_CHECK_INTERVAL");
        patience.setAccessible(true);
        usual = patience.getInt(null);
        patience.setInt(null, 3);
    }

    @AfterEach
    void lookAsUsual() throws Exception {
        patience.setInt(null, usual);
    }

    @Test
    void builtImageIsPublished() throws Exception {
        DumbSlave agent = RigJenkins.onlyAgent(jenkins);
        Path docker = Files.writeString(directory.resolve("docker"), DOCKER.formatted(Rig.program("docker")));
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwxr-xr-x"));
        agent.getNodeProperties()
                .add(new EnvironmentVariablesNodeProperty(
                        new EnvironmentVariablesNodeProperty.Entry("PATH+DOCKER", "" + directory)));
        String repository = RigJenkins.newRepository();
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node { multiArchBuild(platforms: 'amd64', baseTags: '%s', credentialsId: 'registry-push') }"
                        .formatted(RigJenkins.tag(repository, "1.0")));
        RigJenkins.writeApp(job, agent);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains("process apparently never started", run);
        assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(repository, "1.0")));
    }
}
