package io.jenkins.plugins.multiarchbuild.command;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Proc;
import hudson.model.TaskListener;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jenkins.security.MasterToSlaveCallable;

/**
 * Runs a command on the machine that this is sent to, and returns what it printed. That is one request to an agent,
 * where the launcher for an agent needs four, and the agent sends it what is printed piece by piece.
 */
final class RunCommand extends MasterToSlaveCallable<RunCommand.Result, IOException> {

    private static final long serialVersionUID = 1L;

    private final ArrayList<String> command;
    private final EnvVars environment;
    private final String directory;
    private final Duration limit;
    private final EndByForce end;

    /**
     * The result of a command.
     *
     * @param exitCode 0 for success
     * @param stdout standard output, decoded as UTF-8
     * @param stderr standard error, decoded as UTF-8
     * @param tooMuch whether it was ended because one of them is larger than {@link BoundedOutput#LARGEST}
     */
    record Result(
            int exitCode, @NonNull String stdout, @NonNull String stderr, boolean tooMuch) implements Serializable {}

    /**
     * @param environment what is added to the environment of the process that starts it
     * @param directory the current directory of the command
     * @param limit after which it is ended and its exit code is not 0, or null for none
     * @param end ends it if it prints too much, with the mark that is in the environment
     */
    RunCommand(
            @NonNull List<String> command,
            @NonNull EnvVars environment,
            @NonNull FilePath directory,
            @CheckForNull Duration limit,
            @NonNull EndByForce end) {
        this.command = new ArrayList<>(command);
        this.environment = environment;
        this.directory = directory.getRemote();
        this.limit = limit;
        this.end = end;
    }

    @Override
    public Result call() throws IOException {
        try {
            return with(new Launcher.LocalLauncher(TaskListener.NULL), new FilePath(new File(directory)));
        } catch (InterruptedException e) {
            throw (IOException) new InterruptedIOException().initCause(e);
        }
    }

    /** Does the same with another launcher and its path to the directory. */
    @NonNull
    Result with(@NonNull Launcher launcher, @NonNull FilePath path) throws IOException, InterruptedException {
        BoundedOutput stdout = new BoundedOutput();
        BoundedOutput stderr = new BoundedOutput();
        Proc process = launcher.launch()
                .cmds(command)
                .envs(environment)
                .pwd(path)
                .stdout(stdout)
                .stderr(stderr)
                .quiet(true)
                .start();
        BoundedOutput.Ending ending = () -> {
            // the launcher's signal can be ignored, and the launcher then waits
            path.act(end);
            process.kill();
        };
        stdout.onOverflow(ending);
        stderr.onOverflow(ending);
        int exitCode = limit == null
                ? process.join()
                : process.joinWithTimeout(limit.toSeconds(), TimeUnit.SECONDS, TaskListener.NULL);
        return new Result(exitCode, stdout.text(), stderr.text(), stdout.isOverflown() || stderr.isOverflown());
    }
}
