package io.jenkins.plugins.multiarchbuild.rig;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The real engine, builders and registry that {@code dev/rig up} brings up, and a reader of the registry that is not buildx. */
public final class Rig {

    public static final String REGISTRY = System.getenv("RIG_REGISTRY");
    public static final String USERNAME = System.getenv("RIG_USERNAME");
    public static final String PASSWORD = System.getenv("RIG_PASSWORD");

    /** A builder that cannot push by digest. */
    public static final String DOCKER_BUILDER = System.getenv("RIG_BUILDER_DOCKER");

    /** A builder that pushes by digest. */
    public static final String REMOTE_BUILDER = System.getenv("RIG_BUILDER_REMOTE");

    private static final int MOST_RUNS = 5;

    private static final String ACCEPT = "application/vnd.oci.image.index.v1+json,"
            + "application/vnd.oci.image.manifest.v1+json,"
            + "application/vnd.docker.distribution.manifest.list.v2+json,"
            + "application/vnd.docker.distribution.manifest.v2+json";

    private Rig() {}

    /** The name of the builder with a driver, {@code docker} or {@code remote}. */
    public static String builder(String driver) {
        return driver.equals("docker") ? DOCKER_BUILDER : REMOTE_BUILDER;
    }

    /** The address of the BuildKit behind the builder with the driver {@code remote}. */
    public static String remoteEndpoint() {
        return "unix://" + System.getenv("RIG_HOME") + "/run/buildkit.sock";
    }

    /** Skips a test where there is no rig, and says how to have one. */
    public static void assumeUp() {
        assumeTrue(REGISTRY != null, "no rig: run  dev/rig up && eval \"$(dev/rig env)\"  first");
    }

    /** Where a program lies that the PATH has. */
    public static Path program(String name) {
        for (String directory : System.getenv("PATH").split(":")) {
            Path file = Path.of(directory, name);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        throw new IllegalStateException("no " + name + " in the PATH");
    }

    /** A manifest under a tag or digest as the registry serves it. */
    public static Optional<String> manifest(String repository, String reference)
            throws IOException, InterruptedException {
        HttpResponse<String> response = get("manifests/" + reference, repository);
        return response.statusCode() == 404 ? Optional.empty() : Optional.of(response.body());
    }

    /** A manifest under a tag or digest as another registry with the same logins serves it. */
    public static Optional<String> manifest(String registry, String repository, String reference)
            throws IOException, InterruptedException {
        HttpResponse<String> response = get(registry, "manifests/" + reference, repository);
        return response.statusCode() == 404 ? Optional.empty() : Optional.of(response.body());
    }

    /** The digest that a tag points at. */
    public static Optional<String> digest(String repository, String tag) throws IOException, InterruptedException {
        return digest(REGISTRY, repository, tag);
    }

    /** The digest that a tag of another registry with the same logins points at. */
    public static Optional<String> digest(String registry, String repository, String tag)
            throws IOException, InterruptedException {
        HttpResponse<String> response = get(registry, "manifests/" + tag, repository);
        return response.statusCode() == 404
                ? Optional.empty()
                : response.headers().firstValue("Docker-Content-Digest");
    }

    /** The text of a blob. */
    public static String blob(String repository, String digest) throws IOException, InterruptedException {
        return get("blobs/" + digest, repository).body();
    }

    /** Writes a build context whose image prints its architecture. */
    public static void writeApp(Path directory) throws IOException {
        Path busybox = Path.of(System.getenv("RIG_BUSYBOX"));
        for (String architecture : new String[] {"amd64", "arm64", "arm"}) {
            Path binary = busybox.resolve("busybox-" + architecture);
            if (Files.exists(binary)) {
                Files.copy(binary, directory.resolve("busybox-" + architecture));
            }
        }
        Files.writeString(directory.resolve("Dockerfile"), """
                FROM scratch
                ARG TARGETARCH
                COPY busybox-$TARGETARCH /bin/busybox
                RUN ["/bin/busybox", "mkdir", "-p", "/etc"]
                CMD ["/bin/busybox", "uname", "-m"]
                """);
    }

    /** Runs the image for a platform and returns what it printed. */
    public static String run(String platform, String image) throws IOException, InterruptedException {
        return run(platform, image, "always");
    }

    /** Runs an image that the engine has loaded for a platform and returns what it printed. */
    public static String runLoaded(String platform, String image) throws IOException, InterruptedException {
        return run(platform, image, "never");
    }

    private static String run(String platform, String image, String pull) throws IOException, InterruptedException {
        // every image of the tests prints something; the engine at times loses what a container printed that ends at
        // once
        String output = "";
        for (int i = 0; output.isEmpty() && i < MOST_RUNS; i++) {
            output = runOnce(platform, image, pull);
        }
        return output;
    }

    private static String runOnce(String platform, String image, String pull) throws IOException, InterruptedException {
        // on a busy machine, an attached client can miss the output of a container that ends at once
        String container = docker("run", "--detach", "--pull", pull, "--platform", platform, image);
        try {
            String exitCode = docker("wait", container);
            String output = docker("logs", container);
            if (!exitCode.equals("0")) {
                throw new IOException("exit code " + exitCode + ": " + output);
            }
            return output;
        } finally {
            docker("rm", container);
        }
    }

    /** The tags of a repository of the registry; none if there is no such repository. */
    public static Set<String> tags(String repository) throws IOException, InterruptedException {
        Set<String> tags = new TreeSet<>();
        new ObjectMapper()
                .readTree(get("tags/list", repository).body())
                .path("tags")
                .forEach(tag -> tags.add(tag.asText()));
        return tags;
    }

    /** Runs docker with a login of the rig's registry and returns its standard output. */
    public static String docker(String... arguments) throws IOException, InterruptedException {
        Docker.Output output = new RigDocker().run(List.of(arguments));
        if (!output.succeeded()) {
            throw new IOException("docker failed: " + output.stderr());
        }
        return output.stdout().strip();
    }

    private static HttpResponse<String> get(String path, String repository) throws IOException, InterruptedException {
        return get(REGISTRY, path, repository);
    }

    private static HttpResponse<String> get(String registry, String path, String repository)
            throws IOException, InterruptedException {
        String auth = Base64.getEncoder().encodeToString((USERNAME + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + registry + "/v2/" + repository + "/" + path))
                .header("Authorization", "Basic " + auth)
                .header("Accept", ACCEPT)
                .build();
        HttpResponse<String> response = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200 && response.statusCode() != 404) {
            throw new IOException("the registry answered " + response.statusCode() + " for " + path);
        }
        return response;
    }
}
