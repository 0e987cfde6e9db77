package io.jenkins.plugins.multiarchbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that are not for the platform that they claim to be for, on both kinds of builder. */
class VerificationTest extends AppTestCase {

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void baseImage(String driver) throws Exception {
        assertEquals(0, build(driver, "base", "linux/amd64").exitCode());
        String base = Cli.tag(repository, "base");
        Files.writeString(context.resolve("Dockerfile"), "FROM " + base + "\n");

        Cli.Outcome outcome = build(driver, "app", Cli.PLATFORMS);

        String error = outcome.error(1);
        String expected =
                "ERROR: The base image " + base + " (Dockerfile, line 1) does not have linux/arm64. It has linux/amd64.";
        assertTrue(error.startsWith(expected), error);
        assertFalse(outcome.stderr().contains("#1 "), outcome.stderr());
        assertFalse(build(driver, "app", Cli.PLATFORMS, "--no-verify").stderr().contains("base image"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void programsAndSmokeTest(String driver) throws Exception {
        Cli.Outcome outcome = build(driver, "good", Cli.PLATFORMS, "--smoke-test", "busybox uname -m");
        assertEquals(0, outcome.exitCode(), outcome.stderr());
        for (String line : List.of(
                "linux/arm64 verified: 1 program, /bin/busybox is AArch64",
                "linux/arm64 | aarch64",
                "linux/amd64 | x86_64")) {
            assertTrue(outcome.stderr().contains(line), outcome.stderr());
        }

        String error = build(driver, "bad", Cli.PLATFORMS, "--smoke-test-for", "arm64=busybox sh -c 'exit 4'")
                .error(1);
        assertTrue(error.contains("linux/arm64, busybox sh -c \"exit 4\", ended with exit code 4."), error);
        error = build(driver, "bad", "linux/amd64", "--smoke-test-timeout", "5", "--smoke-test", "busybox sleep 600")
                .error(1);
        assertTrue(error.contains("did not end within 5 s."), error);

        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nCOPY busybox-amd64 /bin/app\nCMD [\"/bin/app\"]\n");
        error = build(driver, "bad", Cli.PLATFORMS).error(1);
        assertTrue(
                error.startsWith("ERROR: The image for linux/arm64 does not run on that platform: /bin/app, which the"),
                error);
        assertFalse(Rig.digest(repository, "bad").isPresent());
        assertEquals(0, build(driver, "allowed", Cli.PLATFORMS, "--foreign-program", "/bin/*").exitCode());
        assertEquals(0, build(driver, "unchecked", Cli.PLATFORMS, "--no-verify").exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void imagesThatAreNotPushed(String driver) throws Exception {
        Cli.Outcome outcome = build(driver, "good", Cli.PLATFORMS, "--no-push", "--smoke-test", "busybox uname -m");
        assertEquals(0, outcome.exitCode(), outcome.stderr());
        for (String line : List.of(
                "linux/arm64 verified: 1 program, /bin/busybox is AArch64",
                "linux/arm64 | aarch64",
                "linux/amd64 | x86_64")) {
            assertTrue(outcome.stderr().contains(line), outcome.stderr());
        }

        String error = build(driver, "bad", "linux/amd64", "--no-push", "--smoke-test", "busybox sh -c 'exit 4'")
                .error(1);
        assertTrue(error.contains("ended with exit code 4."), error);
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nCOPY busybox-amd64 /bin/app\nCMD [\"/bin/app\"]\n");
        error = build(driver, "bad", Cli.PLATFORMS, "--no-push").error(1);
        assertTrue(
                error.startsWith("ERROR: The image for linux/arm64 does not run on that platform: /bin/app, which the"),
                error);
        assertFalse(Rig.digest(repository, "good").isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void programThatSomethingElseStarts(String driver) throws Exception {
        Files.writeString(context.resolve("entry.sh"), "#!/bin/sh\nset -e\nexec /app\n");
        String files =
                """
                FROM scratch
                COPY busybox-arm64 /bin/sh
                COPY busybox-arm64 /init
                COPY entry.sh /
                COPY busybox-amd64 /app
                """;
        for (String start : List.of(
                "ENTRYPOINT [\"/init\",\"/app\"]",
                "ENTRYPOINT [\"/bin/sh\",\"-o\",\"pipefail\",\"-c\"]\nCMD [\"cd / && /app\"]",
                "SHELL [\"/bin/sh\",\"-ec\"]\nCMD A=b /app",
                "CMD [\"sh\",\"/entry.sh\"]")) {
            Files.writeString(context.resolve("Dockerfile"), files + start + "\n");
            String error = build(driver, "bad", "linux/arm64").error(1);
            assertTrue(error.contains("/app, which"), error);
            assertTrue(error.contains("is x86-64 and not AArch64. It comes from 'COPY busybox-amd64 /app'"), error);
            assertFalse(Rig.digest(repository, "bad").isPresent());
        }
        Files.writeString(context.resolve("Dockerfile"), files + "CMD [\"/none\"]\n");
        Cli.Outcome outcome = build(driver, "none", "linux/arm64");
        assertEquals(0, outcome.exitCode(), outcome.stderr());
        assertTrue(outcome.stderr().contains("; what the image starts, /none, was not found"), outcome.stderr());
    }

    private Cli.Outcome build(String driver, String tag, String platforms, String... more) throws Exception {
        String builder = Rig.builder(driver);
        String[] arguments = {
            "--platforms", platforms, "--base-tags", Cli.tag(repository, tag), "--builder", builder, context.toString()
        };
        String[] all = Stream.concat(
                        Arrays.stream(arguments), Arrays.stream(more))
                .toArray(String[]::new);
        return Cli.run(all);
    }
}
