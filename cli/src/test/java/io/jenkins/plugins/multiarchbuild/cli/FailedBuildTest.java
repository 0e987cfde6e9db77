package io.jenkins.plugins.multiarchbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Builds that fail with a real engine and a real registry: they say why in one line, and no base tag moves. */
class FailedBuildTest extends AppTestCase {

    private final String tag = Cli.tag(repository, "1.0");

    @Test
    void wrongPassword() throws Exception {
        Cli.Outcome outcome = Cli.start("wrong", build(tag)).await();

        String error = outcome.error(1);
        assertTrue(error.startsWith("ERROR: The registry " + Rig.REGISTRY + " refused the login"), error);
        assertFalse(Rig.digest(repository, "1.0").isPresent());
    }

    @Test
    void registryDown() throws Exception {
        String registry;
        try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            registry = "127.0.0.1:" + socket.getLocalPort();
        }
        Instant start = Instant.now();

        String error = Cli.run(build(registry + "/team/app:1.0")).error(1);

        assertTrue(error.startsWith("ERROR: The registry " + registry + " does not respond"), error);
        // It asks again for 15 seconds, in the hope that somebody restarts the registry.
        Duration took = Duration.between(start, Instant.now());
        assertTrue(took.toSeconds() < 30, "it took " + took);
    }

    @Test
    void failedPlatformIsNamedAndTagStays() throws Exception {
        assertEquals(0, Cli.run(build(tag)).exitCode());
        String before = Rig.digest(repository, "1.0").orElseThrow();
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                ARG TARGETARCH
                COPY busybox-$TARGETARCH /busybox
                RUN ["/busybox", "sh", "-c", "test $(/busybox uname -m) = x86_64"]
                """);

        String error = Cli.run(build(tag)).error(1);

        assertTrue(error.startsWith("ERROR: The build failed. linux/arm64: "), error);
        assertEquals(before, Rig.digest(repository, "1.0").orElseThrow());
    }

    @Test
    void signalEndsTheBuildAndLeavesNothing() throws Exception {
        try (Gate gate = new Gate()) {
            gate.guard(context.resolve("Dockerfile"));
            Cli cli = Cli.start(Rig.PASSWORD, build(tag));
            gate.awaitBuild();
            assertTrue(bakes(cli.temporary), "the build runs");
            try (var files = Files.walk(cli.temporary)) {
                Path login = files.filter(file -> file.endsWith("config.json"))
                        .findFirst()
                        .orElseThrow();
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(login)));
            }

            cli.process.destroy();

            Cli.Outcome outcome = cli.await();
            assertEquals(143, outcome.exitCode(), outcome.stderr());
            assertTrue(outcome.stderr().contains("Interrupted."), outcome.stderr());
            assertFalse(outcome.stderr().contains("\tat "), outcome.stderr());
            assertFalse(bakes(cli.temporary), "no process is left");
        }
        assertFalse(Rig.digest(repository, "1.0").isPresent());
    }

    private String[] build(String baseTag) {
        return new String[] {"--platforms", Cli.PLATFORMS, "--base-tags", baseTag, context.toString()};
    }

    private static boolean bakes(Path temporary) {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .anyMatch(line -> line.contains(" bake ") && line.contains(temporary.toString()));
    }
}
