package io.jenkins.plugins.multiarchbuild.readiness;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.agent.AgentFiles;
import io.jenkins.plugins.multiarchbuild.command.Commands;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.registry.PlainHttpDocker;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@code docker} on an agent that is asked. All its commands together have a limited time.
 *
 * @param commands runs them
 * @param own a directory for files, which exists when {@link #write} is called
 * @param limit how long they may take
 * @param end when the time is over, in the time of {@link System#nanoTime}
 */
record AskedMachine(
        @NonNull Commands commands,
        @NonNull FilePath own,
        @NonNull Duration limit,
        long end) implements PlainHttpDocker.Machine {

    @Override
    public AskedMachine with(Map<String, String> variables) {
        return new AskedMachine(commands.with(variables), own, limit, end);
    }

    @Override
    public String write(String directory, String name, String text) throws IOException, InterruptedException {
        AgentFiles.write(own.child(directory).child(name), text);
        return own.child(directory).getRemote();
    }

    @Override
    public Output run(List<String> arguments) throws IOException, InterruptedException, DockerException {
        Output output = commands.docker(arguments, left());
        if (!output.succeeded() && left().compareTo(Duration.ofSeconds(1)) <= 0) {
            throw new DockerException(Sentence.of(
                    "AskedMachine.slow",
                    String.join(" ", arguments.subList(0, Math.min(2, arguments.size()))),
                    limit.toSeconds()));
        }
        return output;
    }

    /** Returns the time that is left, at least a second. */
    @NonNull
    Duration left() {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        return left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left;
    }
}
