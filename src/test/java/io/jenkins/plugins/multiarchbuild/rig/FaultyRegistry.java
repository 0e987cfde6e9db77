package io.jenkins.plugins.multiarchbuild.rig;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** The rig's registry as seen through a bad day: a proxy on loopback that lets chosen requests go wrong. */
public final class FaultyRegistry implements AutoCloseable {

    private static final Set<String> NOT_FORWARDED =
            Set.of("connection", "content-length", "expect", "host", "http2-settings", "transfer-encoding", "upgrade");

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final PlainHttpFront front;

    /** What goes wrong with a request. */
    @FunctionalInterface
    public interface Trouble {

        /** Answers in the registry's place; {@code real} is what the registry would have said. */
        void answer(HttpExchange exchange, Answer real) throws IOException, InterruptedException;
    }

    /** The registry's own answer, asked for only if needed. */
    @FunctionalInterface
    public interface Answer {

        HttpResponse<byte[]> get() throws IOException, InterruptedException;
    }

    private record Fault(Pattern request, Condition condition, AtomicInteger times, Trouble trouble) {

        boolean hits(String requested, String manifest) throws IOException, InterruptedException {
            return request.matcher(requested).find()
                    && condition.holds(requested, manifest)
                    && times.getAndDecrement() > 0;
        }
    }

    @FunctionalInterface
    private interface Condition {

        boolean holds(String requested, String manifest) throws IOException, InterruptedException;
    }

    public FaultyRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        front = new PlainHttpFront(server.getAddress());
    }

    /** Host and port, for references. */
    public String host() {
        return "127.0.0.1:" + front.port();
    }

    /** Lets requests go wrong, as often as said, whose method and path match, such as {@code PUT .*manifests/1.0$}. */
    public void fail(int times, String request, Trouble trouble) {
        faults.add(
                new Fault(Pattern.compile(request), (requested, manifest) -> true, new AtomicInteger(times), trouble));
    }

    /** Refuses attestation manifests and indexes that list one. */
    public void refuseAttestations() {
        faults.add(new Fault(
                Pattern.compile("^PUT .*/manifests/"),
                (requested, manifest) -> isAttestation(manifest) || manifest.contains("attestation-manifest"),
                new AtomicInteger(Integer.MAX_VALUE),
                status(400, "{\"errors\":[{\"code\":\"MANIFEST_INVALID\",\"message\":\"manifest invalid\"}]}")));
    }

    /**
     * Refuses attestations as if their {@code subject} were not there yet, as GitLab's registry does. The status is 404,
     * because the rig's BuildKit shows no more than the status; BuildKit 0.32 shows GitLab's words.
     *
     * @param artifacts whether attestations count as artifacts. BuildKit 0.32 pushes one as an OCI artifact and at the same
     *     time as the image that is its subject, so the subject may be there by chance; older versions write no {@code
     *     subject}
     */
    public void refuseUnknownSubjects(BooleanSupplier artifacts) {
        faults.add(
                new Fault(
                        Pattern.compile("^PUT .*/manifests/"),
                        (request, manifest) -> isAttestation(manifest) && artifacts.getAsBoolean(),
                        new AtomicInteger(Integer.MAX_VALUE),
                        status(
                                404,
                                "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"message\":\"blob unknown to registry\"}]}")));
    }

    /** An answer with a status, a body, and headers if there are any. */
    public static Trouble status(int code, String body, String... headers) {
        return (exchange, real) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            if (exchange.getRequestMethod().equals("HEAD") || bytes.length == 0) {
                exchange.sendResponseHeaders(code, -1);
            } else {
                exchange.sendResponseHeaders(code, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        };
    }

    /**
     * A manifest that begins well and then has only blanks in it.
     *
     * @param said how many bytes it has according to a HEAD request
     * @param bytes how many it has
     */
    public static Trouble huge(long said, long bytes) {
        return (exchange, real) -> {
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.oci.image.index.v1+json");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", String.valueOf(said));
                exchange.getResponseHeaders()
                        .set("Docker-Content-Digest", Digest.of("huge").value());
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            exchange.sendResponseHeaders(200, bytes);
            byte[] block = new byte[1 << 20];
            Arrays.fill(block, (byte) ' ');
            block[0] = '{';
            for (long left = bytes; left > 0; left -= block.length) {
                exchange.getResponseBody().write(block, 0, (int) Math.min(left, block.length));
                block[0] = ' ';
            }
        };
    }

    /** The first half of the real answer, and then the end of the connection. */
    public static Trouble cutOff() {
        return (exchange, real) -> {
            byte[] body = real.get().body();
            exchange.sendResponseHeaders(200, body.length + 1);
            exchange.getResponseBody().write(body, 0, body.length / 2);
            exchange.getResponseBody().flush();
        };
    }

    /** A TCP reset instead of an answer; the registry has not heard of the request. */
    public Trouble reset() {
        return (exchange, real) -> front.reset(exchange.getRemoteAddress().getPort());
    }

    /** A TCP reset in the middle of the real answer; where that is nothing but a status, it is lost. */
    public Trouble resetInAnswer() {
        return (exchange, real) -> {
            reset().answer(exchange, real);
            if (real.get().body().length > 0) {
                cutOff().answer(exchange, real);
            }
        };
    }

    /** The real answer, that much later. */
    public Trouble late(Duration delay) {
        return (exchange, real) -> {
            Thread.sleep(delay.toMillis());
            pass(exchange, real.get());
        };
    }

    /** The end of the connection instead of an answer. */
    public static Trouble hangUp() {
        return (exchange, real) -> {};
    }

    /** Lets everything go well from now on. */
    public void clear() {
        faults.clear();
    }

    /** Methods and paths of the requests so far. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() throws IOException {
        front.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String requested = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            byte[] sent = exchange.getRequestBody().readAllBytes();
            boolean login = exchange.getRequestHeaders().containsKey("Authorization");
            String text = requested.contains("/manifests/") ? new String(sent, StandardCharsets.UTF_8) : "";
            Answer answer = () -> forward(exchange, sent);
            if (login) {
                requests.add(requested);
                for (Fault fault : faults) {
                    if (fault.hits(requested, text)) {
                        fault.trouble().answer(exchange, answer);
                        return;
                    }
                }
            }
            pass(exchange, answer.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isAttestation(String manifest) {
        return manifest.contains("application/vnd.in-toto+json");
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] sent) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + Rig.REGISTRY + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(sent));
        for (Map.Entry<String, List<String>> header :
                exchange.getRequestHeaders().entrySet()) {
            if (!NOT_FORWARDED.contains(header.getKey().toLowerCase())) {
                header.getValue().forEach(value -> request.header(header.getKey(), value));
            }
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private void pass(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase())) {
                values.forEach(value -> exchange.getResponseHeaders().add(name, value.replace(Rig.REGISTRY, host())));
            }
        });
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            answer.headers()
                    .firstValue("Content-Length")
                    .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
        }
        exchange.sendResponseHeaders(
                answer.statusCode(), head || answer.body().length == 0 ? -1 : answer.body().length);
        if (!head) {
            exchange.getResponseBody().write(answer.body());
        }
    }
}
