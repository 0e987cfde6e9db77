import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Semaphore;

/**
 * Makes the BuildKit inside a Docker engine reachable for buildx's remote driver.
 *
 * <p>The engine serves BuildKit's gRPC on its own socket, after an HTTP upgrade that buildx's remote driver does not
 * know. This program takes the upgrade upon itself: {@code java BuildKitProxy.java ENGINE-SOCKET LISTEN-SOCKET}.
 */
public final class BuildKitProxy {
    private static final ByteBuffer UPGRADE = ISO_8859_1.encode(
            "POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n");
    private static final int MAX_ANSWER = 8 * 1024;
    private static final int MAX_CONNECTIONS = 256;

    private final UnixDomainSocketAddress engine;

    private BuildKitProxy(Path engine) {
        this.engine = UnixDomainSocketAddress.of(engine);
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: java BuildKitProxy.java ENGINE-SOCKET LISTEN-SOCKET");
            System.exit(2);
        }
        new BuildKitProxy(Path.of(args[0])).listen(Path.of(args[1]));
    }

    private void listen(Path socket) throws IOException {
        Path early = socket.resolveSibling(socket.getFileName() + ".new");
        Files.deleteIfExists(early);
        var connections = new Semaphore(MAX_CONNECTIONS);
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(early));
            // The name that others wait for appears only when a connection to it is taken.
            Files.move(early, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            while (true) {
                connections.acquireUninterruptibly();
                SocketChannel client = server.accept();
                start(() -> {
                    try {
                        serve(client);
                    } finally {
                        connections.release();
                    }
                });
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client; SocketChannel upstream = SocketChannel.open(engine)) {
            upgrade(upstream);
            Thread requests = start(() -> copy(client, upstream));
            copy(upstream, client);
            // The client may keep its side open for ever once the engine has ended.
            closeInput(client);
            requests.join();
        } catch (IOException | InterruptedException e) {
            System.err.println("connection to " + engine + ": " + e);
        }
    }

    /** Byte by byte up to the blank line: what follows it belongs to gRPC. */
    private static void upgrade(SocketChannel engine) throws IOException {
        for (ByteBuffer request = UPGRADE.duplicate(); request.hasRemaining(); ) {
            engine.write(request);
        }
        var answer = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (answer.indexOf("\r\n\r\n") < 0) {
            if (answer.length() == MAX_ANSWER || engine.read(one.clear()) < 0) {
                throw new IOException("no end of the answer to the upgrade: " + answer);
            }
            answer.append((char) one.get(0));
        }
        if (!answer.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("upgrade refused: " + answer.toString().lines().findFirst().orElse(""));
        }
    }

    /** Until the one side says no more, which is then passed on to the other. */
    private static void copy(SocketChannel from, SocketChannel to) {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(32 * 1024);
            while (from.read(buffer) >= 0) {
                for (buffer.flip(); buffer.hasRemaining(); ) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            // A peer that went away is an end like any other.
        }
        try {
            to.shutdownOutput();
        } catch (IOException e) {
            // Closed already.
        }
    }

    private static void closeInput(SocketChannel channel) throws IOException {
        try {
            channel.shutdownInput();
        } catch (ClosedChannelException e) {
            // Closed already.
        }
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
