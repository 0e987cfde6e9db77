package io.jenkins.plugins.multiarchbuild.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertEquals(contexts(Map.of(lookedUp, "dir")), contexts(Map.of(name, "dir")));
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
                directory.isEmpty() ? Set.of() : Set.of(directory),
                contexts(Map.of("a", source)).directories());
    }

    @Test
    void directoriesCanBeReplaced() {
        Map<String, String> sources =
                Map.of("a", "more", "b", "oci-layout://layout:1.0", "c", "docker-image://base", "d", "https://h/x.git");
        Map<String, String> replaced = Map.of(
                "a", "/w/more", "b", "oci-layout:///w/layout:1.0", "c", "docker-image://base", "d", "https://h/x.git");
        assertEquals(
                new PlatformValues(replaced, Map.of("arm64", Map.of("a", "/w/more"))),
                new NamedContexts(new PlatformValues(sources, Map.of("arm64", Map.of("a", "more"))))
                        .withDirectories(Map.of("more", "/w/more", "layout", "/w/layout"))
                        .sources());
    }

    private static NamedContexts contexts(Map<String, String> sources) {
        return new NamedContexts(PlatformValues.of(sources));
    }

    @Test
    void remoteContextWithDirectoryNeedsTheWorkspace() {
        assertFalse(source("https://h/x.git", "more").isAllRemote());
        assertTrue(source("https://h/x.git", "docker-image://base").isAllRemote());
    }

    private static BuildSource source(String context, String named) {
        return new BuildSource(context, null, PlatformMap.EMPTY, contexts(Map.of("named", named)));
    }
}
