package io.jenkins.plugins.multiarchbuild.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedContextsTest {

    @ParameterizedTest
    @CsvSource({
        "assets, assets",
        "docker.io/library/alpine:latest, alpine",
        "alpine:3.20, alpine:3.20",
        "docker.io/team/app, team/app",
        "r.example:5000/app:latest, r.example:5000/app"
    })
    void nameIsAsTheDockerfileLooksItUp(String name, String lookedUp) {
        assertEquals(Map.of(lookedUp, "dir"), new NamedContexts(Map.of(name, "dir")).sources());
    }

    @ParameterizedTest
    @CsvSource({
        "dir/sub, dir/sub",
        "oci-layout://a/b:1@sha256:12, a/b",
        "oci-layout://C:\\a, C:\\a",
        "docker-image://r.example/base:2, ''",
        "https://github.com/x/y.git#main, ''"
    })
    void directoryIsKnown(String source, String directory) {
        assertEquals(
                directory.isEmpty() ? Map.of() : Map.of("a", directory),
                new NamedContexts(Map.of("a", source)).directories());
    }

    @Test
    void relativeDirectoriesGoToOtherAgents() {
        assertEquals(List.of("app", "more"), source("app", "more").directories());
        assertEquals(List.of("app"), source("app", "app").directories());
        assertEquals(List.of("app"), source("app", "/opt/more").directories());
        assertEquals(List.of("app"), source("app", "C:\\more").directories());
        assertEquals(List.of("more"), source("https://h/x.git", "more").directories());
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../more", "a/../../more", "a\\..\\b"})
    void directoryThatMayBeOutsideDoesNotGo(String directory) {
        assertThrows(
                InvalidRequestException.class, () -> source("app", directory).directories());
    }

    @Test
    void remoteContextWithDirectoryNeedsTheWorkspace() {
        assertFalse(source("https://h/x.git", "more").isAllRemote());
        assertTrue(source("https://h/x.git", "docker-image://base").isAllRemote());
    }

    private static BuildSource source(String context, String named) {
        return new BuildSource(context, null, PlatformMap.EMPTY, new NamedContexts(Map.of("named", named)));
    }
}
