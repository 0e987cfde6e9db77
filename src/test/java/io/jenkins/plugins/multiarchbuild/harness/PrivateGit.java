package io.jenkins.plugins.multiarchbuild.harness;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Git repository that is served over HTTP, as files, to those who log in. */
public final class PrivateGit implements AutoCloseable {

    public static final String USERNAME = "reader-of-git";

    public static final String PASSWORD = "git-pa55word-of-the-reader";

    private final HttpServer server;
    private final Path files;

    public PrivateGit(GitRepository repository) throws Exception {
        repository.git("update-server-info");
        files = repository.directory().resolve(".git");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/app.git/", this::answer).setAuthenticator(new BasicAuthenticator("git") {
            @Override
            public boolean checkCredentials(String username, String password) {
                return USERNAME.equals(username) && PASSWORD.equals(password);
            }
        });
        server.start();
    }

    /** Its URL, without a login. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/app.git";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Path file = files.resolve(exchange.getRequestURI().getPath().substring("/app.git/".length()));
            if (Files.isRegularFile(file)) {
                byte[] content = Files.readAllBytes(file);
                exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
                exchange.getResponseBody().write(content);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
