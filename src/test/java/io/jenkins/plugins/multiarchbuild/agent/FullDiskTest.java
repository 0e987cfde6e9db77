package io.jenkins.plugins.multiarchbuild.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hudson.FilePath;
import hudson.model.Node;
import hudson.model.Result;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.harness.ProcessAgent;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** What is said and left when the disk of an agent is full. Small file systems in memory take the place of its disk. */
@NeedsRig
class FullDiskTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String MOUNT = """
            cd "$0" && mkdir -p workspace/unpacked@tmp workspace/built@tmp workspace/archived/out &&
            mount -t tmpfs -o size=1m none workspace/unpacked@tmp &&
            mount -t tmpfs -o size=256k none workspace/built@tmp &&
            mount -t tmpfs -o size=64k none workspace/archived/out && exec "$@"
            """;

    @TempDir
    private static Path directory;

    private static ProcessAgent agent;

    private final String repository = RigJenkins.newRepository();

    @BeforeAll
    static void smallDisks() throws Exception {
        // in a container the machine may not allow it
        assumeTrue(
                new ProcessBuilder("unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt")
                                .start()
                                .waitFor()
                        == 0,
                "nothing can be mounted here");
        RigJenkins.onlyAgent(jenkins).setLabelString("large");
        agent = ProcessAgent.start(
                jenkins,
                "small",
                directory,
                Map.of("LANG", "C.UTF-8"),
                "unshare",
                "--map-root-user",
                "--mount",
                "/bin/sh",
                "-c",
                MOUNT,
                directory.toString());
    }

    @AfterAll
    static void closeAgent() {
        if (agent != null) {
            agent.close();
        }
    }

    @Test
    void sourceThatCannotBeUnpackedIsOneLine() throws Exception {
        WorkflowRun run = fail("unpacked", """
                node('large') {
                    writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY large /'
                    sh 'head -c 3000000 /dev/urandom > large'
                    multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push',
                                   agents: ['*': 'small'])
                }
                """.formatted(RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER));

        jenkins.assertLogContains("ERROR: On agent 'small': The source cannot be unpacked into ", run);
        jenkins.assertLogContains(", because 'large' cannot be written: No space left on device", run);
        FilePath temporary = WorkspaceList.tempDir(workspace(run));
        assertEquals(List.of(), temporary.list());
        assertFalse(Rig.digest(repository, "1.0").isPresent());
    }

    @Test
    void archiveThatCannotBeWrittenIsOneLine() throws Exception {
        WorkflowRun run = fail("archived", """
                node('small') {
                    writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY large /'
                    sh 'head -c 300000 /dev/urandom > large'
                    multiArchBuild(platforms: 'amd64', push: false, archive: 'out/app.tar', builder: '%s')
                }
                """.formatted(Rig.REMOTE_BUILDER));

        jenkins.assertLogContains("ERROR: archive: ", run);
        jenkins.assertLogContains("out/app.tar cannot be written: No space left on device", run);
        FilePath workspace = workspace(run);
        assertEquals(List.of(), workspace.child("out").list());
        assertEquals(List.of(), ownDirectories(WorkspaceList.tempDir(workspace)));
    }

    /** Without room for the exit code of the script, Pipeline would wait for it for five minutes. */
    @Test
    void diskThatFillsUpDuringTheBuildIsNamed() throws Exception {
        WorkflowRun run =
                fail("built", """
                node('small') {
                    sh 'cp "$RIG_BUSYBOX"/busybox-amd64 busybox'
                    writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY busybox /bin/busybox\\nENV NOT=cached-%s\\n' +
                        'RUN ["/bin/busybox", "seq", "100000", "160000"]\\nRUN ["/bin/busybox", "false"]'
                    multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push')
                }
                """.formatted(repository, RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER));

        jenkins.assertLogContains(
                "ERROR: On agent 'small': The build of linux/amd64 failed, and its log could not be written: the disk with ",
                run);
        assertEquals(List.of(), ownDirectories(WorkspaceList.tempDir(workspace(run))));
        assertFalse(Rig.digest(repository, "1.0").isPresent());
    }

    /** A mount inside of it cannot be removed, just like files of another user. */
    @Test
    void directoryThatCannotBeRemovedDoesNotFailThePublication() throws Exception {
        Path docker = Files.writeString(directory.resolve("docker"), """
                #!/bin/sh
                case $* in
                *'imagetools create'*) mkdir "$DOCKER_CONFIG/busy" && mount -t tmpfs none "$DOCKER_CONFIG/busy" ;;
                esac
                PATH=${PATH#*:}
                exec docker "$@"
                """);
        docker.toFile().setExecutable(true);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "busy");
        job.setDefinition(new CpsFlowDefinition(
                """
                node('small') {
                    writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY Dockerfile /'
                    withEnv(['PATH+BUSY=%s']) {
                        multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push')
                    }
                }
                """.formatted(directory, RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER), true));

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains(" cannot be removed yet: ", run);
        assertTrue(Rig.digest(repository, "1.0").isPresent());
    }

    private static List<String> ownDirectories(FilePath temporary) throws Exception {
        return temporary.list().stream()
                .map(FilePath::getName)
                .filter(name -> name.startsWith(Agent.DIRECTORY_PREFIX))
                .toList();
    }

    private static WorkflowRun fail(String name, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        assertTrue(JenkinsRule.getLog(run).lines().noneMatch(line -> line.contains("\tat ")), "no stack trace");
        return run;
    }

    private static FilePath workspace(WorkflowRun run) {
        Node small = jenkins.jenkins.getNode("small");
        return small.getWorkspaceFor(run.getParent());
    }
}
