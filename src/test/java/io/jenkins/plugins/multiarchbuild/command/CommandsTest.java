package io.jenkins.plugins.multiarchbuild.command;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static io.jenkins.plugins.multiarchbuild.harness.Conditions.isRunningWith;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hudson.EnvVars;
import hudson.Launcher;
import hudson.Proc;
import hudson.model.Slave;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.remoting.Command;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.harness.Conditions;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
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

    /** A launcher of the controller would need four, and the agent would send what is printed piece by piece. */
    @Test
    void commandIsOneRequestToTheAgent(JenkinsRule jenkins) throws Exception {
        Commands commands = onAgent(jenkins);
        Channel channel = (Channel) commands.directory().getChannel();
        // brings the classes to the agent
        commands.run("true", List.of(), null);
        AtomicInteger received = new AtomicInteger();
        channel.addListener(new Channel.Listener() {
            @Override
            public void onRead(Channel from, Command command, long bytes) {
                received.incrementAndGet();
            }
        });

        Docker.Output output = commands.run("sh", List.of("-c", "echo out; echo err >&2; exit 3"), null);

        assertEquals(new Docker.Output(3, "out\n", "err\n"), output);
        assertEquals(1, received.get());
    }

    /** The launchers of containers, for example, change what is started. */
    @Test
    void launcherThatChangesCommandsIsUsed(JenkinsRule jenkins) throws Exception {
        Commands plain = onAgent(jenkins);
        Launcher changing = new Launcher.DecoratedLauncher(plain.launcher()) {

            @Override
            public Proc launch(ProcStarter starter) throws IOException {
                return super.launch(starter.cmds("echo", "changed"));
            }
        };

        Commands commands = new Commands(plain.directory(), plain.environment(), changing);

        assertEquals(
                "changed\n", commands.run("echo", List.of("original"), null).stdout());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void commandThatPrintsTooMuchIsEndedEvenIfItIgnoresTheSignal(boolean plain, JenkinsRule jenkins) throws Exception {
        Commands commands = onAgent(jenkins);
        Launcher launcher = plain ? commands.launcher() : new Launcher.DecoratedLauncher(commands.launcher());
        Commands used = new Commands(commands.directory(), commands.environment(), launcher);

        DockerException e = assertThrows(
                DockerException.class, () -> used.run("sh", List.of("-c", "trap '' TERM; yes 300.9375"), null));

        assertThat(Language.text(e), containsString("printed more than 8 MiB"));
        await(Duration.ofMinutes(1), () -> !isRunningWith("300.9375"));
    }

    @Test
    void commandThatTakesTooLongIsEnded(JenkinsRule jenkins) throws Exception {
        Docker.Output output = onAgent(jenkins).run("sleep", List.of("300.90625"), Duration.ofSeconds(1));

        assertNotEquals(0, output.exitCode());
        await(Duration.ofMinutes(1), () -> !isRunningWith("300.90625"));
    }

    private static Commands onAgent(JenkinsRule jenkins) throws Exception {
        Slave agent = jenkins.createOnlineSlave();
        agent.getRootPath().mkdirs();
        return new Commands(agent.getRootPath(), new EnvVars(), agent.createLauncher(TaskListener.NULL));
    }

    /** The moment in which a process can be seen is the one in which its launcher still waits for the agent. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptionNeverLeavesACommandBehind(boolean limited, JenkinsRule jenkins) throws Exception {
        Commands commands = onAgent(jenkins);
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
