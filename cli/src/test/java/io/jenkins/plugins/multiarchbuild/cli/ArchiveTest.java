package io.jenkins.plugins.multiarchbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The archive of an image, on both kinds of builder. */
class ArchiveTest extends AppTestCase {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void archiveIsLoaded(String driver) throws Exception {
        String name = "archive.example.com/" + repository + ":1.0";
        Path file = directory.resolve("app.tar");
        String[] arguments = {
            "--platforms", Cli.PLATFORMS, "--base-tags", name, "--builder", Rig.builder(driver), "--no-push", "--archive",
            file.toString(), "--annotation", "org.opencontainers.image.vendor=Example", "--json", context.toString()
        };

        JsonNode result = Cli.runWithoutLogin(arguments).json();

        assertEquals(file.toString(), result.path("archive").asText());
        String digest = result.path("digest").asText();
        assertTrue(digest.startsWith("sha256:"), digest);
        Rig.docker("load", "--input", file.toString());
        try {
            assertEquals("x86_64", Rig.runLoaded("linux/amd64", name));
            assertEquals("aarch64", Rig.runLoaded("linux/arm64", name));
        } finally {
            Rig.docker("image", "rm", "--force", name);
        }

        Files.writeString(file, "old");
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nCOPY busybox-amd64 /bin/app\nCMD [\"/bin/app\"]\n");
        Cli.runWithoutLogin(arguments).error(1);
        assertEquals("old", Files.readString(file));
    }

    @Test
    void signalLeavesNoPartOfTheArchive() throws Exception {
        byte[] noise = new byte[256 * 1024 * 1024];
        new Random(1).nextBytes(noise);
        Files.write(context.resolve("noise"), noise);
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY noise /\n");
        Cli cli = Cli.start(
                Rig.PASSWORD, "--platforms", "linux/amd64", "--no-push", "--no-verify", "--archive",
                directory.resolve("app.tar").toString(), context.toString());
        while (cli.process.isAlive() && files().isEmpty()) {
            Thread.onSpinWait();
        }

        cli.process.destroy();

        assertEquals(143, cli.await().exitCode());
        assertEquals(List.of(), files());
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(directory)) {
            return files.toList();
        }
    }
}
