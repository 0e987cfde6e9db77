package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.console.ConsoleLogFilter;
import hudson.console.ConsoleNote;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.command.Commands;
import io.jenkins.plugins.multiarchbuild.credentials.BoundSecrets;
import io.jenkins.plugins.multiarchbuild.credentials.SecretMask;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.registry.PlainHttpDocker;
import io.jenkins.plugins.multiarchbuild.engine.registry.RecentIndexes;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import io.jenkins.plugins.multiarchbuild.engine.text.Explained;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The current agent.
 *
 * @param run the build that runs
 * @param directory the current directory
 * @param environment the environment of processes
 * @param launcher starts processes
 * @param listener the build's log
 * @param name the agent's display name
 * @param filter what masks secrets in the log, or null for nothing
 * @param secrets those that the Pipeline has bound to variables, see {@link BoundSecrets}
 */
public record Agent(
        @NonNull Run<?, ?> run,
        @NonNull FilePath directory,
        @NonNull EnvVars environment,
        @NonNull Launcher launcher,
        @NonNull TaskListener listener,
        @NonNull String name,
        @CheckForNull ConsoleLogFilter filter,
        @NonNull List<String> secrets)
        implements PlainHttpDocker.Machine {

    /** By the agent's name: another agent may have another version of buildx, which puts an index together otherwise. */
    private static final Map<Run<?, ?>, Map<String, RecentIndexes>> INDEXES = new WeakHashMap<>();

    /** The prefix of the names of this plugin's directories in the temporary directories of agents. */
    public static final String DIRECTORY_PREFIX = "multi-arch-build-";

    /** Returns the agent of a step. */
    @NonNull
    static Agent of(@NonNull StepContext context) throws IOException, InterruptedException {
        Computer computer = context.get(Computer.class);
        FilePath directory = context.get(FilePath.class);
        // node leaves it to the first step to create the workspace
        directory.mkdirs();
        return new Agent(
                context.get(Run.class),
                directory,
                context.get(EnvVars.class),
                context.get(Launcher.class),
                context.get(TaskListener.class),
                computer == null ? "" : computer.getDisplayName(),
                context.get(ConsoleLogFilter.class),
                BoundSecrets.of(context.get(EnvironmentExpander.class)));
    }

    /** Returns this agent with environment variables added. */
    @Override
    public Agent with(@NonNull Map<String, String> variables) {
        EnvVars more = new EnvVars(environment);
        more.putAll(variables);
        return new Agent(run, directory, more, launcher, listener, name, filter, secrets);
    }

    /** Returns this agent with environment variables added, {@code NAME=value} each. */
    @NonNull
    public Agent with(@NonNull List<String> variables) {
        EnvVars more = new EnvVars(environment);
        variables.forEach(more::addLine);
        return new Agent(run, directory, more, launcher, listener, name, filter, secrets);
    }

    /** Returns this agent with another current directory. */
    @NonNull
    public Agent in(@NonNull FilePath other) {
        return new Agent(run, other, environment, launcher, listener, name, filter, secrets);
    }

    /** Returns the workspace that the current directory belongs to, which {@code node} or {@code ws} has set. */
    @NonNull
    public FilePath workspace() {
        return directory.child(environment.get("WORKSPACE", directory.getRemote()));
    }

    /** Returns the directory for temporary files of the workspace, which is outside of the workspace. */
    @NonNull
    public FilePath temporaryDirectory() {
        String configured = environment.get("WORKSPACE_TMP");
        if (configured != null) {
            return new FilePath(directory.getChannel(), configured);
        }
        FilePath beside = WorkspaceList.tempDir(workspace());
        return beside == null ? directory : beside;
    }

    /**
     * Returns the directory for the logins, definition, metadata file and log of one part of a build. It is never part
     * of a build context.
     *
     * @param id identifies the part within the build
     */
    @NonNull
    public FilePath privateDirectory(@NonNull String id) {
        return temporaryDirectory().child(ownPrefix() + id);
    }

    /**
     * Returns the directory for source that comes from elsewhere. It holds nothing else, so it can be a build context.
     *
     * @param id as for {@link #privateDirectory(String)}
     */
    @NonNull
    public FilePath sourceDirectory(@NonNull String id) {
        return temporaryDirectory().child(ownPrefix() + id + "-source");
    }

    /**
     * Creates a {@link #privateDirectory} or {@link #sourceDirectory} that only the agent's user may enter. It is
     * removed when the build is over, even if the agent dies before that.
     */
    public void create(@NonNull FilePath own) throws IOException, InterruptedException {
        AgentDirectories.get().add(run, own);
        AgentFiles.createPrivateDirectory(own);
    }

    /**
     * Removes a directory that {@link #create} has created. What cannot be removed is left until the build is over: that
     * must not hide what the directory was for.
     */
    public void remove(@NonNull FilePath own) throws InterruptedException {
        try {
            own.deleteRecursive();
        } catch (IOException e) {
            log(Sentence.of("Agent.notRemoved", own, Explained.of(e)));
        }
    }

    /** Removes what earlier builds of the job left in the temporary directory. */
    public void sweep() throws IOException, InterruptedException {
        AgentDirectories.sweep(temporaryDirectory(), ownPrefix());
    }

    private String ownPrefix() {
        return DIRECTORY_PREFIX + run.getNumber() + "-";
    }

    /** Returns the registries, accessed from this agent. */
    @NonNull
    public Registry registry() {
        RecentIndexes recent;
        synchronized (INDEXES) {
            recent = INDEXES.computeIfAbsent(run, build -> new HashMap<>())
                    .computeIfAbsent(name, agent -> new RecentIndexes());
        }
        return new Registry(new PlainHttpDocker(this), delay -> Thread.sleep(delay.toMillis()), this::log, recent);
    }

    /** Writes a line into the build's log. */
    public void log(@NonNull String line) {
        log(listener, line);
    }

    /** Writes a line into the build's log, in the controller's language. */
    public void log(@NonNull Sentence line) {
        log(listener, line);
    }

    /** Writes a line into a build's log. */
    public static void log(@NonNull TaskListener listener, @NonNull String line) {
        listener.getLogger().println("[multiArchBuild] " + line);
    }

    /** Writes a line into a build's log, in the controller's language. */
    public static void log(@NonNull TaskListener listener, @NonNull Sentence line) {
        log(listener, Language.text(line));
    }

    /** Returns a text as it would be in the build's log, where secrets are masked. */
    @NonNull
    public String masked(@NonNull String text) throws IOException, InterruptedException {
        return ConsoleNote.removeNotes(SecretMask.apply(filter, run, text)).stripTrailing();
    }

    /** Writes into the private directory of the current task, which {@link BakeScript#DIRECTORY} names. */
    @Override
    public String write(String parent, String name, String text) throws IOException, InterruptedException {
        FilePath own = new FilePath(directory.getChannel(), environment.get(BakeScript.DIRECTORY)).child(parent);
        AgentFiles.write(own.child(name), text);
        return own.getRemote();
    }

    @Override
    public Output run(List<String> arguments) throws IOException, InterruptedException, DockerException {
        return commands().run(arguments);
    }

    /**
     * Runs one short command in the current directory.
     *
     * @return its output; too much of it ends the command
     * @throws IOException if the program cannot be started and no shell reports that, or if the agent cannot be reached
     * @throws DockerException if the command prints too much
     */
    @NonNull
    public Output run(@NonNull String program, @NonNull List<String> arguments)
            throws IOException, InterruptedException, DockerException {
        return run(program, arguments, null);
    }

    /**
     * Runs one command in the current directory, as {@link #run(String, List)} does.
     *
     * @param limit after which it is ended and its exit code is not 0, or null for none
     */
    @NonNull
    public Output run(@NonNull String program, @NonNull List<String> arguments, @CheckForNull Duration limit)
            throws IOException, InterruptedException, DockerException {
        return commands().run(program, arguments, limit);
    }

    /**
     * Runs {@code docker}, as {@link #run(List)} does.
     *
     * @param limit after which it is ended and its exit code is not 0
     */
    @NonNull
    public Output docker(@NonNull List<String> arguments, @NonNull Duration limit)
            throws IOException, InterruptedException, DockerException {
        return commands().docker(arguments, limit);
    }

    /** Returns what runs its commands. */
    @NonNull
    Commands commands() {
        return new Commands(directory, environment, launcher);
    }
}
