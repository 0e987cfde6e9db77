package io.jenkins.plugins.multiarchbuild.cli;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ConfigDirectory;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Docker;
import io.jenkins.plugins.multiarchbuild.engine.buildx.DockerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Runs {@code docker} on this machine, with the user's own configuration or with a login added to it. */
final class LocalDocker implements Docker, AutoCloseable {

    private final Map<String, String> environment;

    @CheckForNull
    private final Path configDirectory;

    private LocalDocker(Map<String, String> environment, @CheckForNull Path configDirectory) {
        this.environment = environment;
        this.configDirectory = configDirectory;
    }

    /** With the logins that the user's docker has. */
    @NonNull
    static LocalDocker withOwnLogin() {
        return new LocalDocker(Map.of("BUILDX_BAKE_ENTITLEMENTS_FS", "0"), null);
    }

    /** With a login for the registries of some tags, in a directory that only this user can read and that ends with this. */
    @NonNull
    static LocalDocker withLogin(@NonNull List<ImageReference> tags, @NonNull String username, @NonNull String password)
            throws IOException, BuildxException {
        Path own = ownConfigDirectory();
        Map<String, String> logins = new LinkedHashMap<>();
        tags.forEach(tag -> logins.put(tag.registry(), DockerConfig.auth(username, password)));
        Path ownFile = own.resolve("config.json");
        String config = DockerConfig.write(
                Files.exists(ownFile) ? Files.readString(ownFile) : null,
                own.resolve("cli-plugins").toString(),
                logins);
        Path directory = Files.createTempDirectory("multi-arch-build-");
        ConfigDirectory.write(directory, config, own);
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("DOCKER_CONFIG", directory.toString());
        environment.put("BUILDX_BAKE_ENTITLEMENTS_FS", "0");
        if (System.getenv("BUILDX_CONFIG") == null) {
            environment.put("BUILDX_CONFIG", own.resolve("buildx").toString());
        }
        return new LocalDocker(environment, directory);
    }

    @Override
    public Output run(List<String> arguments) throws IOException, InterruptedException {
        Process process = start(arguments, false);
        CompletableFuture<String> stderr =
                CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream(), line -> {}));
        String stdout = readAll(process.getInputStream(), line -> {});
        return new Output(process.waitFor(), stdout, stderr.join());
    }

    /** Runs a command whose output the user wants to see while it runs; all of it counts as standard error. */
    @NonNull
    Output runAloud(@NonNull List<String> arguments, @NonNull Consumer<String> log)
            throws IOException, InterruptedException {
        Process process = start(arguments, true);
        String output = readAll(process.getInputStream(), log);
        return new Output(process.waitFor(), "", output);
    }

    @Override
    public void close() throws IOException {
        if (configDirectory != null) {
            try (var files = Files.list(configDirectory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(configDirectory);
        }
    }

    private Process start(List<String> arguments, boolean mergeErrors) throws IOException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(mergeErrors);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private static Path ownConfigDirectory() {
        String configured = System.getenv("DOCKER_CONFIG");
        return configured == null ? Path.of(System.getProperty("user.home"), ".docker") : Path.of(configured);
    }

    private static String readAll(InputStream stream, Consumer<String> log) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        StringBuilder all = new StringBuilder();
        try (stream) {
            for (int next = stream.read(); next >= 0; next = stream.read()) {
                line.write(next);
                if (next == '\n') {
                    String text = line.toString(StandardCharsets.UTF_8);
                    log.accept(text.stripTrailing());
                    all.append(text);
                    line.reset();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.append(line.toString(StandardCharsets.UTF_8)).toString();
    }
}
