package io.jenkins.plugins.multiarchbuild.command;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.remoting.Channel;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.WindowsCommand;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import jenkins.security.MasterToSlaveCallable;

/**
 * Runs short commands on an agent.
 *
 * @param directory the current directory
 * @param environment the environment of processes
 * @param launcher starts processes
 */
public record Commands(
        @NonNull FilePath directory,
        @NonNull EnvVars environment,
        @NonNull Launcher launcher) implements Docker {

    /** The exit code of a shell if there is no such program. */
    private static final int NOT_FOUND = 127;

    /** How long a command that has to end may take to do so. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** The same for a command without a limit, and for one that a busy agent may be about to start. */
    private static final Duration LONG_GRACE = Duration.ofSeconds(20);

    /** Returns the same with environment variables added. */
    @NonNull
    public Commands with(@NonNull Map<String, String> variables) {
        EnvVars more = new EnvVars(environment);
        more.putAll(variables);
        return new Commands(directory, more, launcher);
    }

    @Override
    public Output run(List<String> arguments) throws IOException, InterruptedException, DockerException {
        return docker(arguments, null);
    }

    /**
     * Runs {@code docker}, as {@link Docker#run} does.
     *
     * @param limit after which it is ended and its exit code is not 0, or null for none
     */
    @NonNull
    public Output docker(@NonNull List<String> arguments, @CheckForNull Duration limit)
            throws IOException, InterruptedException, DockerException {
        Output output;
        try {
            output = run("docker", arguments, limit);
        } catch (IOException e) {
            if (Channel.isClosedChannelException(e)) {
                throw e;
            }
            throw noDocker(e.getMessage());
        }
        if (output.exitCode() == NOT_FOUND && launcher.isUnix()) {
            throw noDocker(output.stderr().strip());
        }
        return output;
    }

    /**
     * Runs one command.
     *
     * @param limit after which it is ended with all that it has started, and its exit code is not 0; or null for none
     * @return its output; more than {@link BoundedOutput#LARGEST} ends the command
     * @throws IOException if the program cannot be started and no shell reports that, or, with an exception that
     *     {@link Channel#isClosedChannelException} recognises, if the agent cannot be reached
     * @throws DockerException if the command prints too much
     */
    @NonNull
    public Output run(@NonNull String program, @NonNull List<String> arguments, @CheckForNull Duration limit)
            throws IOException, InterruptedException, DockerException {
        EndByForce end = new EndByForce();
        try {
            return runThere(program, arguments, limit, end);
        } catch (InterruptedException e) {
            // an agent that waits for it already ends it by itself
            end.schedule(directory, limit == null ? LONG_GRACE : GRACE);
            throw e;
        } catch (IOException | RuntimeException e) {
            if (e.getCause() instanceof InterruptedException interruption) {
                // the launcher was interrupted while the agent started the command, which may run by now, or soon
                end.schedule(directory, GRACE);
                end.schedule(directory, LONG_GRACE);
                throw interruption;
            }
            throw failure(e);
        }
    }

    /** Returns what to throw; {@link Channel#isClosedChannelException} recognises it if the agent has gone. */
    private IOException failure(Exception e) {
        boolean closed = Channel.isClosedChannelException(e);
        if (e instanceof RuntimeException unchecked) {
            if (closed) {
                // so says the handle of a process whose agent has gone while it was started
                return new IOException("The connection to the agent was lost", e);
            }
            throw unchecked;
        }
        boolean gone = directory.getChannel() instanceof Channel channel && channel.isClosingOrClosed();
        if (gone && !closed) {
            // a launcher whose agent has just gone says so in words only
            return (IOException) new ClosedChannelException().initCause(e);
        }
        return (IOException) e;
    }

    private Output runThere(String program, List<String> arguments, @CheckForNull Duration limit, EndByForce end)
            throws IOException, InterruptedException, DockerException {
        RunCommand command = new RunCommand(
                literal(launcher.isUnix() ? ShellCommand.of(program, arguments) : onWindows(program, arguments)),
                end.mark(environment),
                directory,
                limit,
                end);
        RunCommand.Result result = limit == null ? run(command) : run(command, limit, end);
        if (result.tooMuch() || result.stdout().length() > BoundedOutput.LARGEST) {
            throw new DockerException(Sentence.of(
                    "Commands.tooMuch", program, String.join(" ", arguments), BoundedOutput.LARGEST / (1024 * 1024)));
        }
        return new Output(result.exitCode(), result.stdout(), result.stderr());
    }

    private RunCommand.Result run(RunCommand command) throws IOException, InterruptedException {
        return isPlain() ? directory.act(command) : command.with(launcher, directory);
    }

    /** A program can ignore the signal that a launcher sends to it. */
    private RunCommand.Result run(RunCommand command, Duration limit, EndByForce end)
            throws IOException, InterruptedException {
        long started = System.nanoTime();
        Future<?> force = end.schedule(directory, limit.plus(GRACE));
        RunCommand.Result result = run(command);
        if (System.nanoTime() - started < limit.toNanos()) {
            force.cancel(false);
        }
        return result;
    }

    /**
     * Whether processes get the environment that they are given, and nothing else: those around a container do not, for
     * example. Then their launcher is not needed to start them.
     */
    public boolean isPlain() {
        return launcher.isUnix()
                && (launcher.getClass() == Launcher.RemoteLauncher.class
                        || launcher.getClass() == Launcher.LocalLauncher.class);
    }

    /** Launchers replace $NAME by variables of the build, in a script like everywhere else, and $$ by a dollar sign. */
    private static List<String> literal(List<String> command) {
        return command.stream().map(word -> word.replace("$", "$$")).toList();
    }

    private List<String> onWindows(String program, List<String> arguments) throws IOException, InterruptedException {
        boolean quotes = arguments.stream().anyMatch(argument -> argument.indexOf('"') >= 0);
        return WindowsCommand.of(program, arguments, quotes && directory.act(new JavaEscapes()));
    }

    private static DockerException noDocker(String reason) {
        return new DockerException(Sentence.of("Commands.noDocker", reason));
    }

    /** Asks an agent whether its Java escapes quotation marks. */
    private static final class JavaEscapes extends MasterToSlaveCallable<Boolean, IOException> {

        private static final long serialVersionUID = 1L;

        @Override
        public Boolean call() {
            return "false".equalsIgnoreCase(System.getProperty("jdk.lang.Process.allowAmbiguousCommands"));
        }
    }
}
