package io.jenkins.plugins.multiarchbuild.cli;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.SmokeTester;
import io.jenkins.plugins.multiarchbuild.engine.docker.BuildxPlugin;
import io.jenkins.plugins.multiarchbuild.engine.docker.ConfigDirectory;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerConfig;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.registry.PlainHttpDocker;
import io.jenkins.plugins.multiarchbuild.engine.registry.RegistryCertificates;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Runs {@code docker} on this machine, with the user's own configuration or with a login added to it. Closing it, or a
 * signal to this process, ends running commands and deletes the temporary directory.
 */
final class LocalDocker implements PlainHttpDocker.Machine, AutoCloseable {

    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Path directory;
    private final Thread onSignal = new Thread(this::interrupt);

    private final Optional<Path> buildx = findBuildx();
    private final Set<Process> running = new HashSet<>();
    private CleanUp cleanUp = () -> {};
    private boolean closed;

    private LocalDocker() throws IOException {
        environment.put("BUILDX_BAKE_ENTITLEMENTS_FS", "0");
        directory = Files.createTempDirectory("multi-arch-build-");
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    /** Uses the logins of the user's own configuration. */
    @NonNull
    static LocalDocker withOwnLogin() throws IOException {
        return new LocalDocker();
    }

    /** Adds a login for the registries of some tags, in a file that only this user can read. */
    @NonNull
    static LocalDocker withLogin(@NonNull List<ImageReference> tags, @NonNull String username, @NonNull String password)
            throws IOException, DockerException {
        LocalDocker docker = new LocalDocker();
        try {
            docker.addLogin(tags, DockerConfig.auth(username, password));
            return docker;
        } catch (IOException | DockerException | RuntimeException e) {
            docker.close();
            throw e;
        }
    }

    private void addLogin(List<ImageReference> tags, String auth) throws IOException, DockerException {
        Path own = ConfigDirectory.own(System.getenv());
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

    /** Returns a temporary directory that only this user may enter. */
    @NonNull
    Path directory() {
        return directory;
    }

    /** Removes what a signal to this process would leave behind elsewhere. */
    @FunctionalInterface
    interface CleanUp {

        void run() throws IOException;
    }

    /** Sets what to do if a signal ends this process, after its commands have ended. */
    synchronized void onSignal(@NonNull CleanUp action) {
        cleanUp = action;
    }

    /** Makes buildx trust the CAs that the engine or a builder has for the registries of some tags. */
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
    public Output run(List<String> arguments) throws IOException, InterruptedException, DockerException {
        return run(arguments, Map.of());
    }

    private Output run(List<String> arguments, Map<String, String> more)
            throws IOException, InterruptedException, DockerException {
        Process process = start(arguments, more, false);
        CompletableFuture<String> stderr =
                CompletableFuture.supplyAsync(() -> ProcessOutput.read(process.getErrorStream(), line -> {}));
        byte[] stdout = process.getInputStream().readNBytes(MAX_OUTPUT + 1);
        if (stdout.length > MAX_OUTPUT) {
            process.destroyForcibly();
        }
        int exitCode = await(process);
        if (stdout.length > MAX_OUTPUT) {
            throw Docker.tooMuchOutput(arguments);
        }
        return new Output(exitCode, new String(stdout, StandardCharsets.UTF_8), stderr.join());
    }

    /** Reads what a command writes to standard output. */
    @FunctionalInterface
    interface Reader<T> {

        T read(InputStream stdout) throws IOException, DockerException;
    }

    /**
     * Runs a command in an empty directory and reads its standard output while it runs, whatever its length.
     *
     * @throws DockerException if the command fails
     */
    @NonNull
    <T> T read(@NonNull List<String> arguments, @NonNull Reader<T> reader)
            throws IOException, InterruptedException, DockerException {
        Process process = start(arguments, Map.of(), false, empty());
        CompletableFuture<String> stderr =
                CompletableFuture.supplyAsync(() -> ProcessOutput.read(process.getErrorStream(), line -> {}));
        try {
            T result = reader.read(process.getInputStream());
            if (await(process) == 0) {
                return result;
            }
        } catch (IOException e) {
            // what it says is more than that its output is cut short
            await(process);
        }
        throw new DockerException(ErrorText.lastError(stderr.join()));
    }

    /** Runs a command in an empty directory for a limited time. */
    @NonNull
    SmokeTester.Result run(@NonNull List<String> arguments, @NonNull Duration limit)
            throws IOException, InterruptedException {
        Process process = start(arguments, Map.of(), true, empty());
        CompletableFuture<String> output =
                CompletableFuture.supplyAsync(() -> ProcessOutput.read(process.getInputStream(), line -> {}));
        boolean inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!inTime) {
            end(process);
        }
        return new SmokeTester.Result(new Output(await(process), "", output.join()), inTime);
    }

    /** Runs a command and logs its output while it runs; all of it counts as standard error. */
    @NonNull
    Output runAloud(
            @NonNull List<String> arguments, @NonNull Map<String, String> more, @NonNull Consumer<String> log)
            throws IOException, InterruptedException {
        Process process = start(arguments, more, true);
        String output = ProcessOutput.read(process.getInputStream(), log);
        return new Output(await(process), "", output);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        running.forEach(LocalDocker::end);
        if (Files.exists(directory)) {
            // a walk does not follow the link to the user's Docker contexts
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
                // it runs already and finds nothing to do
            }
        }
    }

    private void interrupt() {
        System.err.println("Interrupted.");
        try {
            close();
            cleanUp.run();
        } catch (IOException e) {
            System.err.println("ERROR: Remove the directory " + directory + " yourself: " + e);
        }
    }

    /** Gives buildx a moment to cancel its build before it is killed. */
    private static void end(Process process) {
        List<ProcessHandle> processes = new ArrayList<>(process.descendants().toList());
        processes.add(process.toHandle());
        processes.forEach(ProcessHandle::destroy);
        try {
            CompletableFuture.allOf(
                            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            processes.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private File empty() throws IOException {
        return Files.createDirectories(directory.resolve("empty")).toFile();
    }

    private Process start(List<String> arguments, Map<String, String> more, boolean mergeErrors)
            throws IOException, InterruptedException {
        return start(arguments, more, mergeErrors, null);
    }

    /** @param in the working directory, or null for that of this process */
    private synchronized Process start(
            List<String> arguments, Map<String, String> more, boolean mergeErrors, @CheckForNull File in)
            throws IOException, InterruptedException {
        if (closed) {
            throw new InterruptedException("interrupted by a signal");
        }
        List<String> command = new ArrayList<>(arguments);
        if (buildx.isPresent() && arguments.get(0).equals("buildx")) {
            command.set(0, buildx.get().toString());
        } else {
            command.add(0, "docker");
        }
        ProcessBuilder builder = new ProcessBuilder(command).directory(in).redirectErrorStream(mergeErrors);
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

    private static Optional<Path> findBuildx() throws IOException {
        Path own = ConfigDirectory.own(System.getenv());
        Path config = own.resolve("config.json");
        return BuildxPlugin.find(
                System.getenv().getOrDefault("PATH", ""),
                BuildxPlugin.directories(
                        Files.exists(config) ? Files.readString(config) : null,
                        own.resolve("cli-plugins").toString()));
    }
}
