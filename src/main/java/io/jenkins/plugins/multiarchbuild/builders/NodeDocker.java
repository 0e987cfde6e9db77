package io.jenkins.plugins.multiarchbuild.builders;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.command.Commands;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Runs {@code docker} on a node outside of any build.
 *
 * @param environment variables to add to those of the node
 */
record NodeDocker(@NonNull Computer computer, @NonNull Map<String, String> environment) implements Docker {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Override
    public Output run(List<String> arguments) throws IOException, InterruptedException, DockerException {
        Node node = computer.getNode();
        FilePath root = node == null ? null : node.getRootPath();
        if (node == null || root == null) {
            throw new IOException("'" + computer.getName() + "' is not connected");
        }
        return new Commands(root, new EnvVars(environment), node.createLauncher(TaskListener.NULL))
                .docker(arguments, LIMIT);
    }
}
