package io.jenkins.plugins.multiarchbuild.harness;

import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Slave;
import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import hudson.slaves.SlaveComputer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jvnet.hudson.test.JenkinsRule;

/** An agent in a process of its own whose environment or user is the test's choice. */
public final class ProcessAgent implements AutoCloseable {

    private final Process process;

    private ProcessAgent(Process process) {
        this.process = process;
    }

    /**
     * Starts an agent and waits until it is online.
     *
     * @param name its name and label
     * @param directory its root, which exists
     * @param environment what its process has besides PATH and the rig's variables
     * @param prefix a command line that runs another, for example of another user; may be empty
     */
    public static ProcessAgent start(
            JenkinsRule jenkins, String name, Path directory, Map<String, String> environment, String... prefix)
            throws Exception {
        JNLPLauncher launcher = new JNLPLauncher();
        launcher.setWebSocket(true);
        DumbSlave node = new DumbSlave(name, directory.toString(), launcher);
        node.setLabelString(name);
        jenkins.jenkins.addNode(node);
        Path jar = directory.resolve("agent.jar");
        try (InputStream content = new Slave.JnlpJar("agent.jar").getURL().openStream()) {
            Files.copy(content, jar, StandardCopyOption.REPLACE_EXISTING);
        }
        SlaveComputer computer = (SlaveComputer) node.toComputer();
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx128m",
                "-jar",
                jar.toString(),
                "-url",
                jenkins.getURL().toString(),
                "-name",
                name,
                "-secret",
                computer.getJnlpMac(),
                "-webSocket",
                "-workDir",
                directory.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("agent.log").toFile());
        builder.environment().keySet().removeIf(variable -> variable.equals("LANG") || variable.startsWith("LC_"));
        builder.environment().putAll(environment);
        ProcessAgent agent = new ProcessAgent(builder.start());
        agent.awaitOnline(node, directory);
        return agent;
    }

    private void awaitOnline(Node node, Path directory) throws IOException, InterruptedException {
        Computer computer = node.toComputer();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (computer.isOffline()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                close();
                throw new IOException("the agent did not connect: " + Files.readString(directory.resolve("agent.log")));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Lets it stand still, connected, until it is closed. */
    public void freeze() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
