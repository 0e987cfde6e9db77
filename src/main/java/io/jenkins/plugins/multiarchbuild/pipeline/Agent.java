package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.PlainHttpDocker;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Registry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The agent at hand.
 *
 * @param run the build that runs
 * @param directory the current directory
 * @param environment the environment of processes
 * @param launcher starts processes
 * @param listener the build's log
 * @param name the agent's name as Jenkins shows it
 */
public record Agent(
        @NonNull Run<?, ?> run,
        @NonNull FilePath directory,
        @NonNull EnvVars environment,
        @NonNull Launcher launcher,
        @NonNull TaskListener listener,
        @NonNull String name)
        implements PlainHttpDocker.Machine {

    /** Java looks for programs in the agent's own PATH; a shell does in that of the build, as for the bake itself. */
    private static final String FIND = "exec \"$@\"";

    /** What a shell exits with when there is no such program. */
    private static final int NOT_FOUND = 127;

    /** The agent of a step. */
    @NonNull
    static Agent of(@NonNull StepContext context) throws IOException, InterruptedException {
        Computer computer = context.get(Computer.class);
        FilePath directory = context.get(FilePath.class);
        // node itself leaves making its workspace to the first step that needs it
        directory.mkdirs();
        return new Agent(
                context.get(Run.class),
                directory,
                context.get(EnvVars.class),
                context.get(Launcher.class),
                context.get(TaskListener.class),
                computer == null ? "" : computer.getDisplayName());
    }

    /** This agent with environment variables added. */
    @Override
    public Agent with(@NonNull Map<String, String> variables) {
        EnvVars more = new EnvVars(environment);
        more.putAll(variables);
        return new Agent(run, directory, more, launcher, listener, name);
    }

    /** This agent in another of its directories. */
    @NonNull
    Agent in(@NonNull FilePath other) {
        return new Agent(run, other, environment, launcher, listener, name);
    }

    /** The directory for temporary files of the workspace, outside of it. */
    @NonNull
    FilePath temporaryDirectory() {
        String configured = environment.get("WORKSPACE_TMP");
        if (configured != null) {
            return new FilePath(directory.getChannel(), configured);
        }
        FilePath beside = WorkspaceList.tempDir(directory);
        return beside == null ? directory : beside;
    }

    /** The registries as this agent reaches them. */
    @NonNull
    Registry registry() {
        return new Registry(new PlainHttpDocker(this), delay -> Thread.sleep(delay.toMillis()), this::log);
    }

    /** Writes a line into the build's log. */
    void log(@NonNull String line) {
        listener.getLogger().println("[multiArchBuild] " + line);
    }

    /** Writes into the directory of the task at hand, which {@link BakeScript#DIRECTORY} names. */
    @Override
    public String write(String parent, String name, String text) throws IOException, InterruptedException {
        FilePath own = new FilePath(directory.getChannel(), environment.get(BakeScript.DIRECTORY)).child(parent);
        own.child(name).write(text, StandardCharsets.UTF_8.name());
        return own.getRemote();
    }

    @Override
    public Output run(List<String> arguments) throws IOException, InterruptedException, BuildxException {
        Output output;
        try {
            output = run("docker", arguments);
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
     * Runs one short command in the current directory.
     *
     * @throws IOException if the program cannot be started, unless a shell says so, or the agent cannot be reached
     */
    @NonNull
    Output run(@NonNull String program, @NonNull List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                launcher.isUnix() ? List.of("/bin/sh", "-c", FIND, program, program) : List.of(program));
        command.addAll(arguments);
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        int exitCode = launcher.launch()
                .cmds(command)
                .envs(environment)
                .pwd(directory)
                .stdout(stdout)
                .stderr(stderr)
                .quiet(true)
                .join();
        return new Output(exitCode, stdout.toString(StandardCharsets.UTF_8), stderr.toString(StandardCharsets.UTF_8));
    }

    private static BuildxException noDocker(String reason) {
        return new BuildxException(
                "docker cannot be started. Install Docker with buildx there, or correct the PATH. (" + reason + ")");
    }
}
