package io.jenkins.plugins.multiarchbuild.rig;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second registry, which takes a Bearer token from a token server as the cloud's registries do, and that token server.
 * Its user name and password are its own, so that a search for them cannot find those of another test.
 */
public final class TokenRegistry implements AutoCloseable {

    private static final Pattern SCOPE = Pattern.compile("repository:([^:]+):([a-z,*]+)");
    private static final String STORE_PASSWORD = "only-for-the-file";
    private static final Base64.Encoder URL_ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final String username = "token-user";
    private final String password = "token-pa$$-" + UUID.randomUUID();
    private final AtomicInteger grantsLeft = new AtomicInteger(Integer.MAX_VALUE);
    private final List<String> grants = new ArrayList<>();
    private final Path directory = TemporaryDirectory.create("token-registry");
    private final KeyStore keys = generateKeys();
    private final HttpServer tokenServer;
    private final Process process;
    private final String address;

    /** Starts both and waits until the registry answers. */
    public TokenRegistry() throws IOException, InterruptedException, GeneralSecurityException {
        tokenServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        tokenServer.createContext("/token", this::serveToken);
        tokenServer.start();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        address = "127.0.0.1:" + port;
        Path certificate = directory.resolve("token.pem");
        Files.writeString(
                certificate,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(certificate().getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        Path config = directory.resolve("config.yml");
        Files.writeString(config, """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s", secret: only-this-process-has-it}
                auth:
                  token: {realm: "http://127.0.0.1:%d/token", service: rig, issuer: rig, rootcertbundle: %s}
                """.formatted(
                directory.resolve("data"), address, tokenServer.getAddress().getPort(), certificate));
        process = new ProcessBuilder(System.getenv("RIG_HOME") + "/root/usr/bin/docker-registry", "serve", "" + config)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        awaitAnswer();
    }

    /** Host and port. */
    public String address() {
        return address;
    }

    public String username() {
        return username;
    }

    public String password() {
        return password;
    }

    /**
     * Lets the login expire.
     *
     * @param grants how many tokens it still gets
     */
    public void refuseAfter(int grants) {
        grantsLeft.set(grants);
    }

    /** The scopes that tokens were given for. */
    public List<String> grants() {
        synchronized (grants) {
            return List.copyOf(grants);
        }
    }

    /** Where it keeps every manifest, configuration and layer. */
    public Path data() {
        return directory.resolve("data");
    }

    /** The digest that a tag points at. */
    public Optional<String> digest(String repository, String tag) throws IOException, InterruptedException {
        HttpResponse<String> response = get(repository, "manifests/" + tag);
        return response.statusCode() == 200 ? response.headers().firstValue("Docker-Content-Digest") : Optional.empty();
    }

    private HttpResponse<String> get(String repository, String path) throws IOException, InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://" + address + "/v2/" + repository + "/" + path))
                    .header("Authorization", "Bearer " + token(List.of(access(repository, "pull"))))
                    .header(
                            "Accept",
                            "application/vnd.oci.image.index.v1+json,application/vnd.oci.image.manifest.v1+json")
                    .build();
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void serveToken(HttpExchange exchange) throws IOException {
        String expected = "Basic "
                + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    || grantsLeft.getAndDecrement() <= 0) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            List<String> access = new ArrayList<>();
            String query =
                    Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
            for (Matcher scope = SCOPE.matcher(query); scope.find(); ) {
                access.add(access(scope.group(1), scope.group(2)));
                synchronized (grants) {
                    grants.add(scope.group());
                }
            }
            byte[] body = ("{\"token\":\"" + token(access) + "\",\"expires_in\":300}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static String access(String repository, String actions) {
        return "{\"type\":\"repository\",\"name\":\"" + repository + "\",\"actions\":[\""
                + actions.replace(",", "\",\"") + "\"]}";
    }

    private String token(List<String> access) throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\""
                + Base64.getEncoder().encodeToString(certificate().getEncoded()) + "\"]}";
        String claims =
                ("{\"iss\":\"rig\",\"aud\":\"rig\",\"sub\":\"%s\",\"iat\":%d,\"nbf\":%d,\"exp\":%d,\"jti\":\"%s\","
                                + "\"access\":[%s]}")
                        .formatted(username, now, now - 10, now + 300, UUID.randomUUID(), String.join(",", access));
        String signed = encode(header) + "." + encode(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign((PrivateKey) keys.getKey("token", STORE_PASSWORD.toCharArray()));
        signature.update(signed.getBytes(StandardCharsets.UTF_8));
        return signed + "." + URL_ENCODER.encodeToString(signature.sign());
    }

    private static String encode(String text) {
        return URL_ENCODER.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Certificate certificate() throws GeneralSecurityException {
        return keys.getCertificate("token");
    }

    /** Java makes certificates with a tool and not with an API. */
    private KeyStore generateKeys() throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "token",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=rig",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        STORE_PASSWORD)
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed: " + output);
        }
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(store)) {
            keyStore.load(stream, STORE_PASSWORD.toCharArray());
        }
        return keyStore;
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + address + "/v2/")).build();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            try {
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException(Files.readString(directory.resolve("log")), e);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    @Override
    public void close() throws IOException {
        tokenServer.stop(0);
        process.destroy();
        process.onExit().join();
    }
}
