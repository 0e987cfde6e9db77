package io.jenkins.plugins.multiarchbuild.engine.git;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Runs short {@code git} commands in the directory of a build context. */
@FunctionalInterface
public interface Git {

    /**
     * Runs a command and waits for its end.
     *
     * @param arguments what follows {@code git} on the command line
     * @return what it prints, without white space around it; empty if it fails or cannot be started
     * @throws IOException if the machine that runs it cannot be reached
     * @throws DockerException if it prints too much
     */
    @NonNull
    Optional<String> ask(@NonNull String... arguments) throws IOException, InterruptedException, DockerException;

    /**
     * Asks the server for the tags of the repository.
     *
     * @param remote the name of the remote
     * @return their names; empty if the server does not answer
     * @throws IOException if the machine that runs Git cannot be reached
     * @throws DockerException if the answer is too long
     */
    @NonNull
    default Optional<Set<String>> serverTags(@NonNull String remote)
            throws IOException, InterruptedException, DockerException {
        return ask("ls-remote", "--tags", "--refs", remote)
                .map(answer -> answer.lines()
                        .map(line -> line.replaceFirst("^.*\trefs/tags/", ""))
                        .collect(Collectors.toSet()));
    }
}
