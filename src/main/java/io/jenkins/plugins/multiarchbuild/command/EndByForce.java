package io.jenkins.plugins.multiarchbuild.command;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.util.ProcessTree;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.StreamSupport;
import jenkins.security.MasterToSlaveCallable;
import jenkins.util.Timer;

/**
 * Ends the processes of one command on an agent that ignore the signal to end. They are recognised by a variable, which
 * they also have when the process that started them is gone.
 */
final class EndByForce extends MasterToSlaveCallable<Void, IOException> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(EndByForce.class.getName());

    private static final String VARIABLE = "MULTI_ARCH_BUILD_COMMAND";

    /** A process can start another while the list of them is read. */
    private static final int MOST_ROUNDS = 5;

    private final String mark = UUID.randomUUID().toString();

    /** Returns the environment for the command. */
    @NonNull
    EnvVars mark(@NonNull EnvVars environment) {
        EnvVars marked = new EnvVars(environment);
        marked.put(VARIABLE, mark);
        return marked;
    }

    /**
     * Ends them after a while. Nothing waits for it.
     *
     * @param directory any directory of the agent
     */
    @NonNull
    Future<?> schedule(@NonNull FilePath directory, @NonNull Duration delay) {
        Runnable end = () -> {
            try {
                directory.act(this);
            } catch (IOException | InterruptedException | RuntimeException e) {
                LOGGER.log(Level.FINE, e, () -> "cannot end a command near " + directory);
            }
        };
        return Timer.get()
                .schedule(() -> Computer.threadPoolForRemoting.execute(end), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Void call() {
        List<ProcessHandle> found = processes();
        for (int round = 0; round < MOST_ROUNDS && !found.isEmpty(); round++) {
            found.forEach(ProcessHandle::destroyForcibly);
            found = processes();
        }
        return null;
    }

    private List<ProcessHandle> processes() {
        return StreamSupport.stream(ProcessTree.get().spliterator(), false)
                .filter(process -> process.hasMatchingEnvVars(Map.of(VARIABLE, mark)))
                .map(process -> ProcessHandle.of(process.getPid()))
                .flatMap(Optional::stream)
                .toList();
    }
}
