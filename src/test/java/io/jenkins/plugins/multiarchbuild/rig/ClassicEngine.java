package io.jenkins.plugins.multiarchbuild.rig;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/**
 * A second engine from the rig's files and with its settings, but without the containerd image store, as engines before
 * 29 are unless told otherwise. Its driver builds and pushes, and makes no index.
 */
public final class ClassicEngine implements AutoCloseable {

    private final Path directory;
    private final ProcessBuilder command;
    private Process process;

    /** Starts it and waits until it answers; skips the test where the rig has borrowed the machine's own engine. */
    public ClassicEngine() throws IOException, InterruptedException {
        Path rig = Path.of(System.getenv("RIG_HOME"));
        Path settingsOfRig = rig.resolve("daemon.json");
        assumeTrue(
                Files.exists(settingsOfRig),
                "the rig uses this machine's engine and has no files of its own for another");
        directory = Files.createTempDirectory("rig-engine");
        ObjectMapper json = new ObjectMapper();
        ObjectNode settings = (ObjectNode) json.readTree(settingsOfRig.toFile());
        settings.putArray("hosts").add(host());
        settings.put("data-root", directory + "/data");
        settings.put("exec-root", directory + "/run");
        settings.put("pidfile", directory + "/pid");
        settings.putObject("features").put("containerd-snapshotter", false);
        // works wherever the directory is, unlike overlay2
        settings.put("storage-driver", "vfs");
        settings.put("containerd-namespace", directory.getFileName() + "");
        settings.put("containerd-plugins-namespace", directory.getFileName() + "-plugins");
        Path file = directory.resolve("daemon.json");
        json.writeValue(file.toFile(), settings);
        command = new ProcessBuilder(rig + "/root/usr/sbin/dockerd", "--config-file", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()));
        command.environment()
                .merge("PATH", rig + "/root/usr/sbin:" + rig + "/root/usr/bin", (own, ours) -> ours + ":" + own);
        // keeps dockerd from loading an AppArmor profile
        command.environment().put("container", "rig");
        start();
    }

    /** Starts it again with the data that it had, and waits until it answers. */
    public void start() throws IOException, InterruptedException {
        process = command.start();
        awaitAnswer();
    }

    /** Ends it with SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Its socket, as {@code DOCKER_HOST} takes it. */
    public String host() {
        return "unix://" + socket();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        // asked politely it takes its mounts back
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        unmount();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /**
     * Takes back the mounts that a killed engine leaves behind: that of its data and, below it, those of containers,
     * once they have ended.
     */
    private void unmount() throws IOException, InterruptedException {
        String data = directory + "/data";
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + data + " ")) {
            Process umount = new ProcessBuilder("umount", "--recursive", data)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(umount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (umount.waitFor() != 0) {
                if (System.nanoTime() > end) {
                    throw new IOException("cannot unmount " + data + ": " + output);
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private Path socket() {
        return directory.resolve("docker.sock");
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end && process.isAlive()) {
            // dockerd listens once all of it is there
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(socket()));
                return;
            } catch (IOException e) {
                process.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
        String log = Files.readString(directory.resolve("log"));
        close();
        throw new IOException("the second engine did not start: " + log);
    }
}
