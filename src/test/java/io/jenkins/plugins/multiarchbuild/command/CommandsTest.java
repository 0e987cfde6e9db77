package io.jenkins.plugins.multiarchbuild.command;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static io.jenkins.plugins.multiarchbuild.harness.Conditions.isRunningWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hudson.EnvVars;
import hudson.Launcher;
import hudson.Proc;
import hudson.model.Slave;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.harness.Conditions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class CommandsTest {

    /**
     * A launcher that is interrupted while it waits for the agent fails, but the agent has started the command. A launcher
     * asks twice: to start the command, and then for its streams.
     */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void commandIsEndedIfItIsGivenUpWhileTheAgentStartsIt(boolean limited, boolean started, JenkinsRule jenkins)
            throws Exception {
        Slave agent = jenkins.createOnlineSlave();
        agent.getRootPath().mkdirs();
        Launcher interrupted = new Launcher.DecoratedLauncher(agent.createLauncher(TaskListener.NULL)) {

            @Override
            public Proc launch(ProcStarter starter) throws IOException {
                super.launch(starter);
                if (started) {
                    throw new UndeclaredThrowableException(new InterruptedException());
                }
                throw (IOException) new InterruptedIOException().initCause(new InterruptedException());
            }
        };
        Commands commands = new Commands(agent.getRootPath(), new EnvVars(), interrupted);

        assertThrows(
                InterruptedException.class,
                () -> commands.run("sleep", List.of("300.875"), limited ? Duration.ofMinutes(5) : null));

        await(Duration.ofMinutes(1), () -> !isRunningWith("300.875"));
    }

    /** The moment in which a process can be seen is the one in which its launcher still waits for the agent. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptionNeverLeavesACommandBehind(boolean limited, JenkinsRule jenkins) throws Exception {
        Slave agent = jenkins.createOnlineSlave();
        agent.getRootPath().mkdirs();
        Commands commands = new Commands(agent.getRootPath(), new EnvVars(), agent.createLauncher(TaskListener.NULL));
        List<String> times =
                IntStream.range(0, 25).mapToObj(i -> "300.8125" + i).toList();

        for (String time : times) {
            FutureTask<?> command = new FutureTask<>(() -> assertThrows(
                    InterruptedException.class,
                    () -> commands.run("sleep", List.of(time), limited ? Duration.ofMinutes(5) : null)));
            Thread thread = new Thread(command);
            thread.start();
            await(Duration.ofMinutes(1), () -> isRunningWith(time));
            thread.interrupt();
            command.get(1, TimeUnit.MINUTES);
        }

        await(Duration.ofMinutes(1), () -> times.stream().noneMatch(Conditions::isRunningWith));
    }
}
