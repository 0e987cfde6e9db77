package io.jenkins.plugins.multiarchbuild.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The rig's BuildKit on a port of the loopback address, and an image for builders with the driver
 * {@code docker-container} whose daemon it is: no image of BuildKit itself can be had from Debian. Such a container is
 * real, with its configuration, its variables and its volume, but it only passes on what buildx says to it. It needs the
 * option {@code network=host}.
 */
public final class RelayedBuildKit implements AutoCloseable {

    private static final String DOCKERFILE = """
            FROM scratch
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "--install", "/bin"]
            COPY buildctl buildkitd /usr/bin/
            ENV PATH=/usr/bin:/bin
            ENTRYPOINT ["buildkitd"]
            """;

    private static final String BUILDCTL = """
            #!/bin/sh
            case "$*" in
            *dial-stdio*) exec nc 127.0.0.1 %d ;;
            esac
            """;

    private static final String BUILDKITD = """
            #!/bin/sh
            trap 'exit 0' TERM INT
            while :; do sleep 1; done
            """;

    private static final int BUFFER = 32 * 1024;

    private final ServerSocket server;
    private final AtomicInteger connections = new AtomicInteger();

    /** Serves BuildKit without TLS. */
    public RelayedBuildKit() throws IOException {
        this(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
    }

    /** @param server takes the connections, perhaps with TLS */
    public RelayedBuildKit(ServerSocket server) {
        this.server = server;
        start(this::serve);
    }

    /** The port on the loopback address. */
    public int port() {
        return server.getLocalPort();
    }

    /** How many connections there have been. */
    public int connections() {
        return connections.get();
    }

    /** Loads the image into the rig's engine, under a name that no other has. */
    public String image() throws IOException, InterruptedException {
        // the rig's registry says at once that it has no such image, and buildx then takes the engine's
        String image = Rig.REGISTRY + "/relayed/buildkit:" + port() + "-" + System.nanoTime();
        Path directory = TemporaryDirectory.create("buildkit");
        Files.copy(Path.of(System.getenv("RIG_BUSYBOX"), "busybox-" + architecture()), directory.resolve("busybox"));
        for (var file : Map.of("buildctl", BUILDCTL.formatted(port()), "buildkitd", BUILDKITD)
                .entrySet()) {
            Path program = directory.resolve(file.getKey());
            Files.writeString(program, file.getValue());
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.writeString(directory.resolve("Dockerfile"), DOCKERFILE);
        Rig.docker("buildx", "build", "--builder", Rig.DOCKER_BUILDER, "--load", "--tag", image, directory.toString());
        return image;
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("aarch64") ? "arm64" : name;
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                connections.incrementAndGet();
                start(() -> relay(client));
            } catch (IOException e) {
                // closed, or a client whose certificate is not accepted
                continue;
            }
        }
    }

    private static void relay(Socket client) {
        Path socket = Path.of(Rig.remoteEndpoint().substring("unix://".length()));
        try (client;
                SocketChannel buildkit = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            Thread asking = start(() -> copy(client, buildkit));
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            // streams on a channel would wait for each other
            while (buildkit.read(buffer.clear()) >= 0) {
                client.getOutputStream().write(buffer.array(), 0, buffer.position());
            }
            client.shutdownOutput();
            asking.join();
        } catch (IOException e) {
            // one side has gone
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket client, SocketChannel buildkit) {
        try {
            byte[] buffer = new byte[BUFFER];
            for (int length; (length = client.getInputStream().read(buffer)) >= 0; ) {
                ByteBuffer question = ByteBuffer.wrap(buffer, 0, length);
                while (question.hasRemaining()) {
                    buildkit.write(question);
                }
            }
            buildkit.shutdownOutput();
        } catch (IOException e) {
            // one side has gone
            return;
        }
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
