package io.jenkins.plugins.multiarchbuild.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search that finds nothing proves nothing unless it finds what is there. */
class SecretSearchTest {

    private final String secret = "hidden-" + UUID.randomUUID();
    private final SecretSearch search = new SecretSearch(secret);

    @Test
    void findsPlainAndEncodedFiles(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("plain"), "x=" + secret);
        for (String user : List.of("a", "bc", "def")) {
            Files.writeString(directory.resolve(user), encode(user + ":" + secret + "!"));
        }
        try (OutputStream zipped = new GZIPOutputStream(Files.newOutputStream(directory.resolve("layer")))) {
            zipped.write(secret.getBytes(StandardCharsets.UTF_8));
        }
        Files.writeString(directory.resolve("other"), encode("other:" + UUID.randomUUID()));
        assertEquals(5, search.files(directory).size());
    }

    @Test
    void findsArgumentsAndEnvironments() throws Exception {
        assertTrue(search.processes().isEmpty());
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "read line", secret);
        Process argument = builder.start();
        ProcessBuilder withVariable = new ProcessBuilder("sh", "-c", "read line");
        withVariable.environment().put("X", encode("u:" + secret));
        Process variable = withVariable.start();
        try {
            assertEquals(2, search.processes().size());
        } finally {
            argument.destroyForcibly();
            variable.destroyForcibly();
        }
        assertFalse(search.matches("nothing"));
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
