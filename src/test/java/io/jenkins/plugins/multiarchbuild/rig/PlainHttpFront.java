package io.jenkins.plugins.multiarchbuild.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The port before an HTTP server of the JDK, which leaves clients that try TLS first waiting; this answers them as Go's
 * own servers do, so that they go on without TLS. It can also reset a connection, which such a server cannot.
 */
final class PlainHttpFront implements AutoCloseable {

    private static final int TLS_HANDSHAKE = 0x16;

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Integer> toReset = ConcurrentHashMap.newKeySet();
    private final InetSocketAddress server;

    PlainHttpFront(InetSocketAddress server) throws IOException {
        this.server = server;
        threads.submit(() -> {
            while (true) {
                Socket client = listener.accept();
                open.add(client);
                threads.submit(() -> serve(client));
            }
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    /**
     * Ends a connection with a TCP reset when the server ends it, once what the server said has gone to the client.
     *
     * @param port the port that the server sees as its client's
     */
    void reset(int port) {
        toReset.add(port);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }

    private Void serve(Socket client) throws IOException {
        try (client) {
            int first = client.getInputStream().read();
            if (first == TLS_HANDSHAKE) {
                client.getOutputStream().write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } else if (first >= 0) {
                try (Socket upstream = new Socket(server.getAddress(), server.getPort())) {
                    upstream.getOutputStream().write(first);
                    threads.submit(() -> answer(upstream, client));
                    client.getInputStream().transferTo(upstream.getOutputStream());
                }
            }
        } finally {
            open.remove(client);
        }
        return null;
    }

    private Void answer(Socket upstream, Socket client) throws IOException {
        try (client) {
            upstream.getInputStream().transferTo(client.getOutputStream());
            if (toReset.remove(upstream.getLocalPort())) {
                client.setSoLinger(true, 0);
            }
        }
        return null;
    }
}
