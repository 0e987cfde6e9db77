package io.jenkins.plugins.multiarchbuild.readiness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeDiskTest {

    @TempDir
    private Path directory;

    @Test
    void isKnownWhereAllDirectoriesAreOnOneFileSystem() throws Exception {
        String missing = directory.resolve("missing").toString();
        assertTrue(new FreeDisk(List.of(directory.toString())).call() > 0);
        assertTrue(
                new FreeDisk(List.of(directory.toString(), directory.getParent().toString(), missing)).call() > 0);
        assertEquals(FreeDisk.UNKNOWN, new FreeDisk(List.of(missing, directory.toString())).call());
        assertEquals(FreeDisk.UNKNOWN, new FreeDisk(List.of("\0")).call());
    }

    @Test
    void isNotKnownIfTheyAreOnSeveral() throws Exception {
        Path other = Path.of("/proc");
        assumeFalse(
                !Files.isDirectory(other) || Files.getFileStore(other).equals(Files.getFileStore(directory)),
                "needs another file system");
        assertEquals(FreeDisk.UNKNOWN, new FreeDisk(List.of(directory.toString(), other.toString())).call());
    }
}
