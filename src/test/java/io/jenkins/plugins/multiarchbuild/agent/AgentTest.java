package io.jenkins.plugins.multiarchbuild.agent;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Proc;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentTest {

    /** Remoting throws such an exception from the handle of a process, between its start and the first look at it. */
    @Test
    void agentThatGoesWhileAProcessIsStartedIsGone() {
        Launcher launcher = new Launcher.DecoratedLauncher(new Launcher.LocalLauncher(TaskListener.NULL)) {

            @Override
            public Proc launch(ProcStarter starter) {
                throw new IllegalStateException(new ClosedChannelException());
            }
        };
        Agent agent = new Agent(
                null,
                new FilePath(new File(".")),
                new EnvVars(),
                launcher,
                TaskListener.NULL,
                "agent",
                null,
                List.of());

        IOException failure = assertThrows(IOException.class, () -> agent.run(List.of("version")));

        assertTrue(Channel.isClosedChannelException(failure), failure.toString());
    }
}
