package io.jenkins.plugins.multiarchbuild.builders;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Proc;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.command.BoundedOutput;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code docker} on a node outside of any build. */
final class NodeDocker implements Docker {

    private static final long LONGEST_SECONDS = 60;

    private final Computer computer;
    private final Map<String, String> environment;

    NodeDocker(@NonNull Computer computer, @NonNull Map<String, String> environment) {
        this.computer = computer;
        this.environment = environment;
    }

    @Override
    public Output run(List<String> arguments) throws IOException, InterruptedException {
        Node node = computer.getNode();
        FilePath root = node == null ? null : node.getRootPath();
        if (node == null || root == null) {
            throw new IOException("'" + computer.getName() + "' is not connected");
        }
        Launcher launcher = node.createLauncher(TaskListener.NULL);
        List<String> command = new ArrayList<>();
        if (launcher.isUnix()) {
            // a shell looks for the program in the PATH of the build, where Java would use that of the agent
            command.addAll(List.of("/bin/sh", "-c", "exec \"$$@\"", "docker"));
        }
        command.add("docker");
        command.addAll(arguments);
        BoundedOutput stdout = new BoundedOutput();
        BoundedOutput stderr = new BoundedOutput();
        Proc process = launcher.launch()
                .cmds(command)
                .envs(environment)
                .pwd(root)
                .stdout(stdout)
                .stderr(stderr)
                .quiet(true)
                .start();
        stdout.onOverflow(process::kill);
        stderr.onOverflow(process::kill);
        int exitCode = process.joinWithTimeout(LONGEST_SECONDS, TimeUnit.SECONDS, TaskListener.NULL);
        return new Output(exitCode, stdout.text(), stderr.text());
    }
}
