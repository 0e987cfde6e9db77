package io.jenkins.plugins.multiarchbuild.rig;

import io.jenkins.plugins.multiarchbuild.engine.registry.PlainHttpDocker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rig's real docker with logins of some registries; remembers what it was asked to do. */
public final class RigDocker implements PlainHttpDocker.Machine {

    /** Far more than any command of a test takes. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final List<List<String>> commands = new CopyOnWriteArrayList<>();
    private final Map<String, String> variables = new HashMap<>();
    private final String program;
    private final Path config;

    /** @param registries hosts that take the rig's login, beside the rig's own registry */
    public RigDocker(String... registries) throws IOException {
        this(Path.of("docker"), registries);
    }

    /** @param registry a registry that takes a login of its own, beside the rig's own registry */
    public RigDocker(TokenRegistry registry) throws IOException {
        this(Path.of("docker"), Map.of(registry.address(), auth(registry.username(), registry.password())));
    }

    /** @param program what to run instead of {@code docker} */
    public RigDocker(Path program, String... registries) throws IOException {
        this(
                program,
                Stream.of(registries)
                        .collect(Collectors.toMap(registry -> registry, registry -> auth(Rig.USERNAME, Rig.PASSWORD))));
    }

    private RigDocker(Path program, Map<String, String> logins) throws IOException {
        this.program = program.toString();
        // among the build's own output, where it does not pile up
        Path parent = Files.createDirectories(Path.of("target", "rig-docker").toAbsolutePath());
        config = Files.createTempDirectory(parent, "");
        Map<String, String> all = new HashMap<>(logins);
        all.put(Rig.REGISTRY, auth(Rig.USERNAME, Rig.PASSWORD));
        String auths = all.entrySet().stream()
                .map(login -> "\"" + login.getKey() + "\":{\"auth\":\"" + login.getValue() + "\"}")
                .collect(Collectors.joining(","));
        String original = Files.readString(Path.of(System.getenv("DOCKER_CONFIG"), "config.json"));
        Files.writeString(
                config.resolve("config.json"),
                "{\"auths\":{" + auths + "}," + original.strip().substring(1));
    }

    private RigDocker(RigDocker other, Map<String, String> variables) {
        this.program = other.program;
        this.config = other.config;
        this.variables.putAll(other.variables);
        this.variables.putAll(variables);
    }

    private static String auth(String username, String password) {
        return Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public RigDocker with(Map<String, String> more) {
        return new RigDocker(this, more);
    }

    @Override
    public String write(String directory, String name, String text) throws IOException {
        Path own = Files.createDirectories(config.resolve(directory));
        Files.writeString(own.resolve(name), text);
        return own.toString();
    }

    @Override
    public Output run(List<String> arguments) throws IOException, InterruptedException {
        commands.add(List.copyOf(arguments));
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        Path stdout = Files.createTempFile(config, "stdout", "");
        Path stderr = Files.createTempFile(config, "stderr", "");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
            builder.environment().put("DOCKER_CONFIG", config.toString());
            builder.environment().put("BUILDX_BAKE_ENTITLEMENTS_FS", "0");
            builder.environment().putIfAbsent("BUILDX_CONFIG", System.getenv("DOCKER_CONFIG") + "/buildx");
            builder.environment().putAll(variables);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException(String.join(" ", command) + " did not end within " + LIMIT.toSeconds() + " s: "
                        + Files.readString(stdout) + Files.readString(stderr));
            }
            return new Output(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
        } finally {
            Files.delete(stdout);
            Files.delete(stderr);
        }
    }

    /** The commands since the last call of this method. */
    public List<List<String>> commands() {
        List<List<String>> run = List.copyOf(commands);
        commands.clear();
        return run;
    }
}
