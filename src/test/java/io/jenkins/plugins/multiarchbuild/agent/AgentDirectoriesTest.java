package io.jenkins.plugins.multiarchbuild.agent;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.FreeStyleBuild;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.io.File;
import java.nio.file.Files;
import java.time.Duration;
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

    private static String saved() throws Exception {
        File file = new File(jenkins.jenkins.getRootDir(), AgentDirectories.class.getName() + ".xml");
        return file.exists() ? Files.readString(file.toPath()) : "";
    }
}
