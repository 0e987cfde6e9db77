package io.jenkins.plugins.multiarchbuild.engine.docker;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.List;

/** Runs short {@code docker} commands where the build runs; several threads may call it at once. */
@FunctionalInterface
public interface Docker {

    /**
     * How many bytes of a command's standard output are accepted, and how many of its standard error are kept. The
     * largest manifest that registries have to accept has half as many.
     */
    int MAX_OUTPUT = 8 << 20;

    /**
     * Runs a command and waits for its end.
     *
     * @param arguments what follows {@code docker} on the command line; no shell reads them
     * @throws IOException if the machine that runs it cannot be reached
     * @throws DockerException if {@code docker} cannot be started, or with {@link #tooMuchOutput} if it writes more
     *     than {@link #MAX_OUTPUT} to standard output
     */
    @NonNull
    Output run(@NonNull List<String> arguments) throws IOException, InterruptedException, DockerException;

    /** Returns the failure of a command that was ended because it wrote more than {@link #MAX_OUTPUT}. */
    @NonNull
    static DockerException tooMuchOutput(@NonNull List<String> arguments) {
        return new DockerException(Sentence.of(
                "Docker.tooMuch",
                String.join(" ", arguments.subList(0, Math.min(2, arguments.size()))),
                MAX_OUTPUT >> 20));
    }

    /**
     * The result of a command.
     *
     * @param exitCode 0 for success
     * @param stdout standard output, decoded as UTF-8
     * @param stderr the end of standard error, decoded as UTF-8
     */
    record Output(
            int exitCode, @NonNull String stdout, @NonNull String stderr) {

        /** Whether the command succeeded. */
        public boolean succeeded() {
            return exitCode == 0;
        }
    }
}
