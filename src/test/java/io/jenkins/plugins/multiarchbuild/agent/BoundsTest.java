package io.jenkins.plugins.multiarchbuild.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose docker prints or writes without measure: neither the controller's heap nor the build's time is its. */
@Timeout(180)
class BoundsTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String BUILDER = "printf 'Name: stub\\nDriver: docker-container\\n\\nNodes:\\nName: stub0\\n"
            + "Endpoint: unix:///x\\nStatus: running\\nBuildKit version: v0.26.0\\n"
            + "Platforms: linux/amd64\\n'";

    @TempDir
    private Path directory;

    @BeforeAll
    static void agent() throws Exception {
        jenkins.waitOnline(jenkins.createSlave("builder", "builder", null));
    }

    @Test
    void endlessOutputEndsTheCommand() throws Exception {
        String log = build("head -c 1000000000 /dev/zero | tr '\\0' x; sleep 600", "exit 1");
        assertTrue(log.contains("printed more than 8 MiB and was ended."), log);
    }

    @Test
    void metadataOfOneGigabyteIsNotRead() throws Exception {
        String log = build(BUILDER, "truncate -s 1G \"$MULTI_ARCH_BUILD/metadata.json\"");
        assertTrue(log.contains("metadata.json has 1073741824 bytes; at most 16777216 are read"), log);
    }

    @Test
    void metadataWithoutEndIsNotRead() throws Exception {
        String log = build(BUILDER, "ln -s /dev/zero \"$MULTI_ARCH_BUILD/metadata.json\"");
        assertTrue(log.contains("There is no file ") && log.contains("metadata.json"), log);
    }

    @Test
    void onlyTheEndOfTheLogIsSearched() throws Exception {
        String log = build(
                BUILDER, "yes \"$(printf %01000d 0)\" | head -c 200000000; echo; echo 'error: the reason'; exit 1");
        assertTrue(log.contains("failed. the reason"), log);
    }

    /** A build with a docker that is a script. */
    private String build(String inspect, String bake) throws Exception {
        Path docker = Files.writeString(directory.resolve("docker"), """
                #!/bin/sh
                case "$*" in
                  *"buildx version"*) echo 'github.com/docker/buildx v0.29.1 0' ;;
                  *"buildx bake"*) %s ;;
                  *imagetools*) echo 'ERROR: not found' >&2; exit 1 ;;
                  *inspect*) %s ;;
                  *) exit 0 ;;
                esac
                """.formatted(bake, inspect));
        docker.toFile().setExecutable(true);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('builder') {
                    writeFile file: 'Dockerfile', text: 'FROM scratch'
                    withEnv(['PATH+STUB=%s']) { multiArchBuild(platforms: 'amd64', baseTags: 'example.com/app:1') }
                }
                """.formatted(directory), true));
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        try (BufferedReader log = new BufferedReader(run.getLogReader())) {
            List<String> errors = log.lines()
                    .filter(line -> line.startsWith("ERROR: ") || line.startsWith("\tat "))
                    .toList();
            assertEquals(1, errors.size(), errors::toString);
            return errors.get(0);
        }
    }
}
