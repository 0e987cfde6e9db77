package io.jenkins.plugins.multiarchbuild.engine.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveFileTest {

    @ParameterizedTest
    @ValueSource(strings = {"app.tar", "out/app-1.0.oci.tar", "a b/..c/d..", ".hidden", "a/.b", "gr\u00fc\u00dfe.tar"})
    void pathsInTheWorkspace(String path) {
        assertEquals(path, ArchiveFile.checked(path, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/tmp/app.tar",
                "..",
                ".",
                "../app.tar",
                "a/../b",
                "a/..",
                "a/./b",
                "./a",
                "a/",
                "a//b",
                "C:/a",
                "C:a",
                "a\\b",
                "..\\a",
                "a\nb",
                "a\0b"
            })
    void otherPaths(String path) {
        InvalidRequestException e = assertThrows(InvalidRequestException.class, () -> ArchiveFile.checked(path, false));
        assertTrue(e.getMessage().startsWith("archive"), e::getMessage);
    }

    @Test
    void pushedImagesAreNotArchived() {
        InvalidRequestException e =
                assertThrows(InvalidRequestException.class, () -> ArchiveFile.checked("app.tar", true));
        assertTrue(e.getMessage().contains("Add push: false"), e::getMessage);
    }
}
