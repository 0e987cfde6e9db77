package io.jenkins.plugins.multiarchbuild.cli;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ConfigDirectory;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Docker;
import io.jenkins.plugins.multiarchbuild.engine.buildx.DockerConfig;
import io.jenkins.plugins.multiarchbuild.engine.buildx.PlainHttpDocker;
import io.jenkins.plugins.multiarchbuild.engine.buildx.RegistryCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Runs {@code docker} on this machine, with the user's own configuration or with a login added to it. When it ends, be it
 * by a signal to this process, its running commands end, and its temporary directory is gone.
 */
final class LocalDocker implements PlainHttpDocker.Machine, AutoCloseable {

    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Path directory;
    private final Thread onSignal = new Thread(this::interrupt);

    private final Set<Process> running = new HashSet<>();
    private boolean closed;

    private LocalDocker() throws IOException {
        environment.put("BUILDX_BAKE_ENTITLEMENTS_FS", "0");
        directory = Files.createTempDirectory("multi-arch-build-");
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    /** With the logins that the user's docker has. */
    @NonNull
    static LocalDocker withOwnLogin() throws IOException {
        return new LocalDocker();
    }

    /** With a login for the registries of some tags, in a file that only this user can read. */
    @NonNull
    static LocalDocker withLogin(@NonNull List<ImageReference> tags, @NonNull String username, @NonNull String password)
            throws IOException, BuildxException {
        LocalDocker docker = new LocalDocker();
        try {
            docker.addLogin(tags, DockerConfig.auth(username, password));
            return docker;
        } catch (IOException | BuildxException | RuntimeException e) {
            docker.close();
            throw e;
        }
    }

    private void addLogin(List<ImageReference> tags, String auth) throws IOException, BuildxException {
        Path own = ownConfigDirectory();
        Path ownFile = own.resolve("config.json");
        Map<String, String> logins = new LinkedHashMap<>();
        tags.forEach(tag -> logins.put(tag.registry(), auth));
        String config = DockerConfig.write(
                Files.exists(ownFile) ? Files.readString(ownFile) : null,
                own.resolve("cli-plugins").toString(),
                logins);
        Path login = Files.createDirectory(directory.resolve("config"));
        ConfigDirectory.write(login, config, own);
        environment.put("DOCKER_CONFIG", login.toString());
        if (System.getenv("BUILDX_CONFIG") == null) {
            environment.put("BUILDX_CONFIG", own.resolve("buildx").toString());
        }
    }

    /** A directory that only this user may enter, for as long as this is open. */
    @NonNull
    Path directory() {
        return directory;
    }

    /** Lets buildx trust the CAs that the engine or a builder was given for the registries of some tags. */
    void trustCertificates(@NonNull List<ImageReference> tags) throws IOException {
        Map<String, String> all = new HashMap<>(System.getenv());
        all.putAll(environment);
        List<String> registries =
                tags.stream().map(ImageReference::registry).distinct().toList();
        environment.putAll(
                RegistryCertificates.ofMachine(all).trust(registries, directory.resolve("certificates"), all));
    }

    @Override
    public Docker with(Map<String, String> variables) {
        return arguments -> run(arguments, variables);
    }

    @Override
    public String write(String parent, String name, String text) throws IOException {
        Path own = Files.createDirectories(directory.resolve(parent));
        Files.writeString(own.resolve(name), text);
        return own.toString();
    }

    @Override
    public Output run(List<String> arguments) throws IOException, InterruptedException {
        return run(arguments, Map.of());
    }

    private Output run(List<String> arguments, Map<String, String> more) throws IOException, InterruptedException {
        Process process = start(arguments, more, false);
        CompletableFuture<String> stderr =
                CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream(), line -> {}));
        String stdout = readAll(process.getInputStream(), line -> {});
        return new Output(await(process), stdout, stderr.join());
    }

    /** Runs a command whose output the user wants to see while it runs; all of it counts as standard error. */
    @NonNull
    Output runAloud(@NonNull List<String> arguments, @NonNull Consumer<String> log)
            throws IOException, InterruptedException {
        Process process = start(arguments, Map.of(), true);
        String output = readAll(process.getInputStream(), log);
        return new Output(await(process), "", output);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        running.forEach(LocalDocker::end);
        if (Files.exists(directory)) {
            // Not through the link to the user's Docker contexts: a walk does not follow links.
            try (var files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        if (Thread.currentThread() != onSignal) {
            try {
                Runtime.getRuntime().removeShutdownHook(onSignal);
            } catch (IllegalStateException e) {
                // it runs already, and finds nothing left to do
            }
        }
    }

    private void interrupt() {
        System.err.println("Interrupted.");
        try {
            close();
        } catch (IOException e) {
            System.err.println("ERROR: Remove the directory " + directory + " yourself: " + e);
        }
    }

    /** Lets buildx cancel its build, which takes a moment, before it is killed. */
    private static void end(Process process) {
        List<ProcessHandle> processes = new ArrayList<>(process.descendants().toList());
        processes.add(process.toHandle());
        processes.forEach(ProcessHandle::destroy);
        try {
            CompletableFuture.allOf(processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            processes.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private synchronized Process start(List<String> arguments, Map<String, String> more, boolean mergeErrors)
            throws IOException, InterruptedException {
        if (closed) {
            throw new InterruptedException("interrupted by a signal");
        }
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(mergeErrors);
        builder.environment().putAll(environment);
        builder.environment().putAll(more);
        Process process = builder.start();
        process.getOutputStream().close();
        running.add(process);
        return process;
    }

    private int await(Process process) throws InterruptedException {
        int exitCode = process.waitFor();
        synchronized (this) {
            running.remove(process);
            if (closed) {
                throw new InterruptedException("interrupted by a signal");
            }
        }
        return exitCode;
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
