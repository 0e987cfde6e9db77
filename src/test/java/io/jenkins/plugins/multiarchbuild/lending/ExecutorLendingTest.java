package io.jenkins.plugins.multiarchbuild.lending;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Slave;
import hudson.remoting.VirtualChannel;
import hudson.slaves.DumbSlave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.configuration.PlatformAgent;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.actions.WorkspaceAction;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionList;
import org.jenkinsci.plugins.workflow.graph.BlockStartNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Builds that hold the executors that others of them wait for. */
@NeedsRig
class ExecutorLendingTest {

    private static final String BORROWED = "on the executor of a build that waits for another agent";

    /** Notes the start and the end of every bake. Since each note is appended, their order is that of the events. */
    private static final String DOCKER = """
            #!/bin/sh
            case "$*" in *--metadata-file*) ;; *) exec %1$s "$@" ;; esac
            echo "start $NODE_NAME" >> %2$s
            %1$s "$@"
            exit=$?
            sleep %3$s
            echo "end $NODE_NAME" >> %2$s
            exit $exit
            """;

    @RegisterExtension
    private final FlagExtension<Long> patience = RigJenkins.patience();

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final String repository = RigJenkins.newRepository();

    @TempDir
    private Path directory;

    @Test
    void moreBuildsThanExecutorsThatNeedEachOthersAgents() throws Throwable {
        sessions.then(jenkins -> {
            prepare(jenkins, "0.5");
            agent(jenkins, "a1", "x86 docker", 4);
            agent(jenkins, "a2", "arm docker", 4);
            List<WorkflowRun> runs = start(job(jenkins, "docker", "null"), 12);
            awaitHolders(8);

            Files.createFile(go());

            assertAllSucceed(jenkins, runs);
            assertTrue(anyBorrowed(runs), "an executor was lent");
        });
    }

    @Test
    void agentsInACircle() throws Throwable {
        sessions.then(jenkins -> {
            prepare(jenkins, "0.5");
            List<WorkflowRun> runs = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                agent(jenkins, "a" + i, "l" + i, 1);
            }
            for (int i = 0; i < 3; i++) {
                runs.addAll(start(job(jenkins, "l" + i, "[amd64: 'l%s', arm64: 'l%s']".formatted(i, (i + 1) % 3)), 1));
            }
            awaitHolders(3);

            Files.createFile(go());

            assertAllSucceed(jenkins, runs);
            assertTrue(anyBorrowed(runs), "an executor was lent");
        });
    }

    @Test
    void restartOfTheControllerWhileGuestsWork() throws Throwable {
        sessions.then(jenkins -> {
            // long enough to be at work when the controller stops
            prepare(jenkins, "5");
            configure(jenkins, agents.createAgent(jenkins, RigJenkins.agent("a1", "x86 docker")), 2);
            configure(jenkins, agents.createAgent(jenkins, RigJenkins.agent("a2", "arm docker")), 2);
            List<WorkflowRun> runs = start(job(jenkins, "docker", "null"), 6);
            awaitHolders(4);
            Files.createFile(go());
            await(Duration.ofMinutes(3), () -> anyBorrowed(runs));
        });
        sessions.then(jenkins -> {
            assertWorkspacesAreKept(jenkins);
            agents.start(jenkins, "a1");
            agents.start(jenkins, "a2");
            List<WorkflowRun> runs = new ArrayList<>();
            jenkins.jenkins
                    .getAllItems(WorkflowJob.class)
                    .forEach(job -> job.getBuilds().forEach(runs::add));
            assertEquals(6, runs.size());
            assertAllSucceed(jenkins, runs);
        });
    }

    @Test
    void longWaitSaysWhoHasTheExecutors() throws Throwable {
        sessions.then(jenkins -> {
            prepare(jenkins, "0");
            agent(jenkins, "a1", "docker", 1);
            WorkflowJob holder = RigJenkins.job(jenkins, "node('docker') { %s }".formatted(waitToGo()));
            holder.setDisplayName("Long job");
            holder.scheduleBuild2(0).waitForStart();
            awaitHolders(1);
            WorkflowRun run = RigJenkins.job(
                            jenkins,
                            "multiArchBuild(platforms: 'amd64', agents: ['*': 'docker'], baseTags: '%s',"
                                            .formatted(RigJenkins.tag(repository, "1"))
                                    + " context: 'https://example.com/app.git')")
                    .scheduleBuild2(0)
                    .waitForStart();

            await(Duration.ofMinutes(2), () -> JenkinsRule.getLog(run).contains("a1 is held by"));

            jenkins.assertLogContains("[multiArchBuild] No executor for 30 s with the label 'docker'.", run);
            jenkins.assertLogContains("  a1 is held by part of Long job #1.", run);
            run.doStop();
            Files.createFile(go());
            jenkins.waitForCompletion(run);
            jenkins.waitForCompletion(holder.getLastBuild());
        });
    }

    /** No other build may get the workspace of a guest before the guest goes on, which needs both agents. */
    private static void assertWorkspacesAreKept(JenkinsRule jenkins) throws Exception {
        int guests = 0;
        for (FlowExecution execution : FlowExecutionList.get()) {
            for (FlowNode head : execution.getCurrentHeads()) {
                for (BlockStartNode block : head.iterateEnclosingBlocks()) {
                    WorkspaceAction workspace = block.getAction(WorkspaceAction.class);
                    if (Holders.is(block, GuestStep.FUNCTION) && workspace != null) {
                        guests++;
                        FilePath path = new FilePath((VirtualChannel) null, workspace.getPath());
                        WorkspaceList.Lease other = jenkins.jenkins
                                .getComputer(workspace.getNode())
                                .getWorkspaceList()
                                .allocate(path);
                        other.release();
                        assertNotEquals(workspace.getPath(), other.path.getRemote());
                    }
                }
            }
        }
        assertTrue(guests > 0, "a guest was at work when the controller stopped");
    }

    private void assertAllSucceed(JenkinsRule jenkins, List<WorkflowRun> runs) throws Exception {
        await(Duration.ofMinutes(6), () -> runs.stream().noneMatch(WorkflowRun::isLogUpdated));
        for (WorkflowRun run : runs) {
            jenkins.assertBuildStatusSuccess(run);
        }
        int bakes = 0;
        Map<String, Integer> atWork = new HashMap<>();
        for (String note : Files.readAllLines(notes())) {
            String agent = note.substring(note.indexOf(' ') + 1);
            boolean start = note.startsWith("start ");
            bakes += start ? 1 : 0;
            int now = atWork.merge(agent, start ? 1 : -1, Integer::sum);
            int executors = jenkins.jenkins.getComputer(agent).getNumExecutors();
            assertTrue(now <= executors, now + " groups at work on the " + executors + " executors of " + agent);
        }
        assertEquals(2 * runs.size(), bakes, "every group is built once");
        for (Computer computer : jenkins.jenkins.getComputers()) {
            assertEquals(0, ExecutorLending.get().guests(computer), "every executor is given back");
        }
    }

    private static boolean anyBorrowed(List<WorkflowRun> runs) throws IOException {
        for (WorkflowRun run : runs) {
            if (JenkinsRule.getLog(run).contains(BORROWED)) {
                return true;
            }
        }
        return false;
    }

    private static void awaitHolders(int count) throws Exception {
        await(Duration.ofMinutes(3), () -> {
            int busy = 0;
            for (Computer computer : Jenkins.get().getComputers()) {
                busy += computer.countBusy();
            }
            return busy == count;
        });
    }

    private static List<WorkflowRun> start(WorkflowJob job, int count) throws Exception {
        List<WorkflowRun> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(job.scheduleBuild2(0).waitForStart());
        }
        return runs;
    }

    private Path go() {
        return directory.resolve("go");
    }

    private Path notes() {
        return directory.resolve("notes");
    }

    private String waitToGo() {
        return "sh 'until test -e %s; do sleep 0.2; done'".formatted(go());
    }

    private WorkflowJob job(JenkinsRule jenkins, String label, String agents) throws Exception {
        return RigJenkins.job(
                jenkins, """
                node('%s') {
                    writeFile file: 'Dockerfile', text: "FROM scratch\\nCOPY Dockerfile /\\nLABEL n=${env.BUILD_TAG}\\n"
                    %s
                    multiArchBuild(platforms: 'amd64 arm64', baseTags: "%s-${env.BUILD_TAG}", builder: '%s',
                                   credentialsId: 'registry-push', verifyPlatforms: false, agents: %s)
                    sh 'true'
                }
                """.formatted(label, waitToGo(), RigJenkins.tag(repository, "1"), Rig.REMOTE_BUILDER, agents));
    }

    /** @param pause how many seconds a bake takes longer */
    private void prepare(JenkinsRule jenkins, String pause) throws Exception {
        Path docker = Files.createDirectory(directory.resolve("bin")).resolve("docker");
        Files.writeString(docker, DOCKER.formatted(Rig.program("docker"), notes(), pause));
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwxr-xr-x"));
        jenkins.jenkins.setNumExecutors(0);
        RigJenkins.addCredentials();
        MultiArchBuildConfiguration.get()
                .setAgents(List.of(new PlatformAgent("amd64", "x86"), new PlatformAgent("arm64", "arm")));
    }

    private void agent(JenkinsRule jenkins, String name, String labels, int executors) throws Exception {
        DumbSlave agent = jenkins.createSlave(name, labels, null);
        configure(jenkins, agent, executors);
        jenkins.waitOnline(agent);
    }

    private void configure(JenkinsRule jenkins, Slave agent, int executors) throws Exception {
        agent.getNodeProperties()
                .add(new EnvironmentVariablesNodeProperty(
                        new EnvironmentVariablesNodeProperty.Entry("PATH+DOCKER", directory.resolve("bin") + "")));
        RigJenkins.setExecutors(jenkins, agent, executors);
    }
}
