package io.jenkins.plugins.multiarchbuild.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/** Another registry of the rig's kind and with its logins, empty, on a port of its own. */
public final class SecondRegistry implements AutoCloseable {

    private final Path directory = TemporaryDirectory.create("rig-registry");
    private final Process process;
    private final int port;

    public SecondRegistry() throws IOException, InterruptedException {
        Path rig = Path.of(System.getenv("RIG_HOME"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = directory.resolve("registry.yml");
        Files.writeString(config, """
                version: 0.1
                storage:
                  filesystem: {rootdirectory: %s/data}
                http:
                  addr: 127.0.0.1:%d
                auth:
                  htpasswd: {realm: rig, path: %s/htpasswd}
                """.formatted(directory, port, rig));
        process = new ProcessBuilder(rig + "/root/usr/bin/docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        awaitPort();
    }

    /** Host and port, for references. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void awaitPort() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end && process.isAlive()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
        }
        throw new IOException("the registry did not start: " + Files.readString(directory.resolve("log")));
    }
}
