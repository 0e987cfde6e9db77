package io.jenkins.plugins.multiarchbuild.engine.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ConfigDirectoryTest {

    @TempDir
    private Path parent;

    @Test
    void onlyTheOwnerCanRead() throws Exception {
        Path directory = parent.resolve("a/b");
        ConfigDirectory.create(directory);
        ConfigDirectory.write(directory, "{}", parent.resolve("own"));
        assertEquals("rwx------", permissions(directory));
        assertEquals("rw-------", permissions(directory.resolve("config.json")));
    }

    @Test
    void fileThatOthersCanReadIsReplaced() throws Exception {
        Path file = Files.writeString(parent.resolve("0"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        ConfigDirectory.writeFile(file, "new".getBytes(StandardCharsets.UTF_8));
        assertEquals("rw-------", permissions(file));
        assertEquals("new", Files.readString(file));
    }

    @Test
    void contextsOfTheAgentAreShared() throws Exception {
        Path own = parent.resolve("own");
        Files.createDirectories(own.resolve("contexts/meta"));
        Files.writeString(own.resolve("contexts/meta/x"), "farm");
        ConfigDirectory.create(parent.resolve("d"));
        ConfigDirectory.write(parent.resolve("d"), "{}", own);
        assertEquals("farm", Files.readString(parent.resolve("d/contexts/meta/x")));
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
