package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.util.List;

/** Runs short {@code docker} commands where the build runs; several threads may call it at once. */
@FunctionalInterface
public interface Docker {

    /**
     * Runs one command to its end.
     *
     * @param arguments what follows {@code docker} on the command line; no shell reads them
     * @throws IOException if the machine that runs it cannot be reached
     * @throws BuildxException if {@code docker} cannot be started
     */
    @NonNull
    Output run(@NonNull List<String> arguments) throws IOException, InterruptedException, BuildxException;

    /**
     * What a command left behind.
     *
     * @param exitCode 0 for success
     * @param stdout standard output, decoded as UTF-8
     * @param stderr standard error, decoded as UTF-8
     */
    record Output(
            int exitCode, @NonNull String stdout, @NonNull String stderr) {

        /** Whether the command succeeded. */
        public boolean succeeded() {
            return exitCode == 0;
        }
    }
}
