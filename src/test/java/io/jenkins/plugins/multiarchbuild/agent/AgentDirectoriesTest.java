package io.jenkins.plugins.multiarchbuild.agent;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.FreeStyleBuild;
import hudson.model.Items;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What builds leave on agents that went away. */
class AgentDirectoriesTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    @Test
    void agentThatNoLongerExistsIsForgotten() throws Exception {
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        DumbSlave agent = jenkins.createOnlineSlave();
        AgentDirectories.get().add(build, agent.getRootPath().child("multi-arch-build-1-a"));
        assertTrue(saved().contains(agent.getNodeName()));

        jenkins.jenkins.removeNode(agent);
        jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());

        await(Duration.ofSeconds(20), () -> !saved().contains(agent.getNodeName()));
    }

    @Test
    void whatADeadAgentLeftIsRemovedAtTheNextContact() throws Exception {
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        DumbSlave agent = jenkins.createOnlineSlave();
        FilePath left = agent.getRootPath().child("multi-arch-build-1-a");
        left.child("config.json").write("a login", "UTF-8");
        AgentDirectories.get().add(build, left);
        Computer computer = agent.toComputer();
        computer.disconnect(null).get();
        File directory = new File(left.getRemote());
        assertTrue(directory.exists());

        computer.connect(true).get();

        await(Duration.ofSeconds(20), () -> !directory.exists());
        await(Duration.ofSeconds(20), () -> !saved().contains(agent.getNodeName()));
    }

    @Test
    void directoryOfABuildWhoseJobMovesIsKept() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("sleep 600", true));
        WorkflowRun running = job.scheduleBuild2(0).waitForStart();
        FreeStyleBuild finished = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        DumbSlave agent = jenkins.createOnlineSlave();
        FilePath live = agent.getRootPath().child("multi-arch-build-1-a");
        FilePath left = agent.getRootPath().child("multi-arch-build-2-a");
        for (FilePath directory : List.of(live, left)) {
            directory.child("config.json").write("a login", "UTF-8");
            AgentDirectories.get().add(directory.equals(live) ? running : finished, directory);
        }
        Computer computer = agent.toComputer();
        computer.disconnect(null).get();
        Items.move(job, jenkins.createProject(Folder.class, "team"));

        computer.connect(true).get();

        await(Duration.ofSeconds(20), () -> !Files.exists(Path.of(left.getRemote())));
        assertTrue(Files.exists(Path.of(live.getRemote())));
        running.doStop();
        await(Duration.ofSeconds(20), () -> !Files.exists(Path.of(live.getRemote())));
    }

    private static String saved() throws Exception {
        File file = new File(jenkins.jenkins.getRootDir(), AgentDirectories.class.getName() + ".xml");
        return file.exists() ? Files.readString(file.toPath()) : "";
    }
}
