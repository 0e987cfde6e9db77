package io.jenkins.plugins.multiarchbuild.rig;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Holds a build in its middle: a file that a Dockerfile adds by URL and that is served only once the gate is open. */
public final class Gate implements AutoCloseable {

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final HttpServer server;

    public Gate() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            reached.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            byte[] body = "open".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    /** Puts the gate into a Dockerfile. */
    public void guard(Path dockerfile) throws IOException {
        Files.writeString(dockerfile, guarded(Files.readString(dockerfile)));
    }

    /** A Dockerfile's text with the gate behind its first ARG. */
    public String guarded(String dockerfile) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/gate-" + System.nanoTime();
        return dockerfile.replaceFirst("(?m)^(ARG .*)$", "$1\nADD " + url + " /gate");
    }

    /** Waits until a build stands before the gate. */
    public void awaitBuild() throws InterruptedException {
        if (!reached.await(2, TimeUnit.MINUTES)) {
            throw new AssertionError("no build has reached the gate");
        }
    }

    /** Lets the builds through. */
    public void open() {
        open.countDown();
    }

    @Override
    public void close() {
        open();
        server.stop(0);
    }
}
