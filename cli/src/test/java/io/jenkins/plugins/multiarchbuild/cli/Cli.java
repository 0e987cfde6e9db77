package io.jenkins.plugins.multiarchbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.rig.TemporaryDirectory;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The command line tool as its user has it: a process of its own. */
final class Cli {

    static final ObjectMapper JSON = new ObjectMapper();

    /** Both platforms of the rig. */
    static final String PLATFORMS = "linux/amd64,linux/arm64";

    final Process process;
    final Path temporary;
    private final Path stdout;
    private final Path stderr;

    private Cli(String password, Map<String, String> environment, List<String> arguments) throws IOException {
        Path directory = TemporaryDirectory.create("cli-test");
        // buildx takes what follows an @ in some paths for a digest
        temporary = Files.createDirectory(directory.resolve("tmp@1"));
        stdout = directory.resolve("stdout");
        stderr = directory.resolve("stderr");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
        // For the arguments that are not ASCII.
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write((password + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * What a run left behind.
     *
     * @param exitCode 0, 1 or 2
     * @param stdout standard output
     * @param stderr standard error
     */
    record Outcome(int exitCode, String stdout, String stderr) {

        JsonNode json() throws IOException {
            assertEquals(0, exitCode, stderr);
            return JSON.readTree(stdout);
        }

        /** The one line that says why it failed. */
        String error(int expectedExitCode) {
            assertEquals(expectedExitCode, exitCode, stderr);
            assertEquals("", stdout);
            assertFalse(stderr.contains("\tat "), stderr);
            List<String> errors =
                    stderr.lines().filter(line -> line.startsWith("ERROR: ")).toList();
            // buildx has errors of its own to report, before ours.
            assertEquals(stderr.lines().reduce((first, second) -> second).orElseThrow(), errors.get(errors.size() - 1));
            return errors.get(errors.size() - 1);
        }
    }

    /** Builds with the login of the rig's registry. */
    static Outcome run(String... arguments) throws IOException, InterruptedException {
        return start(Rig.PASSWORD, arguments).await();
    }

    static Cli start(String password, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--username", Rig.USERNAME, "--password-stdin"));
        all.addAll(List.of(arguments));
        return new Cli(password, Map.of(), all);
    }

    /** Without a login; nothing that it needs the rig for. */
    static Outcome runWithoutLogin(String... arguments) throws IOException, InterruptedException {
        return new Cli("", Map.of(), List.of(arguments)).await();
    }

    /** Without a login, and with other environment variables. */
    static Outcome runWith(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return new Cli("", environment, List.of(arguments)).await();
    }

    /** Waits for the end, and makes sure of what holds for every run: no file is left, the password was not printed. */
    Outcome await() throws IOException, InterruptedException {
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end: " + Files.readString(stderr));
        }
        Outcome outcome = new Outcome(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
        try (var left = Files.walk(temporary)) {
            assertEquals(List.of(temporary), left.toList());
        }
        if (Rig.PASSWORD != null) {
            assertFalse((outcome.stdout + outcome.stderr).contains(Rig.PASSWORD), "the password is in the output");
        }
        return outcome;
    }

    /** A repository that no other test uses. */
    static String newRepository() {
        return "test/" + UUID.randomUUID().toString().substring(0, 8) + "/app";
    }

    static String tag(String repository, String tag) {
        return Rig.REGISTRY + "/" + repository + ":" + tag;
    }
}
