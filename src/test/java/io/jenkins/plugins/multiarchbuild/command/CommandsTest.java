package io.jenkins.plugins.multiarchbuild.command;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static io.jenkins.plugins.multiarchbuild.harness.Conditions.isRunningWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hudson.EnvVars;
import hudson.Launcher;
import hudson.Proc;
import hudson.model.Slave;
import hudson.model.TaskListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class CommandsTest {

    /** A launcher that is interrupted while it waits for the agent's answer fails, but the agent has started the command. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void commandIsEndedIfItIsGivenUpWhileTheAgentStartsIt(boolean limited, JenkinsRule jenkins) throws Exception {
        Slave agent = jenkins.createOnlineSlave();
        agent.getRootPath().mkdirs();
        Launcher interrupted = new Launcher.DecoratedLauncher(agent.createLauncher(TaskListener.NULL)) {

            @Override
            public Proc launch(ProcStarter starter) throws IOException {
                super.launch(starter);
                throw (IOException) new InterruptedIOException().initCause(new InterruptedException());
            }
        };
        Commands commands = new Commands(agent.getRootPath(), new EnvVars(), interrupted);

        assertThrows(
                InterruptedException.class,
                () -> commands.run("sleep", List.of("300.875"), limited ? Duration.ofMinutes(5) : null));

        await(Duration.ofMinutes(1), () -> !isRunningWith("300.875"));
    }
}
