package io.jenkins.plugins.multiarchbuild.kept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourcePathsTest {

    private static final Platform ARM64 = Platform.parse("linux/arm64");

    @ParameterizedTest
    @CsvSource({
        "/w/job, /w/job, ., .",
        "/w/job, /w/job, ./a//b/../c/, a/c",
        "/w/job, /w/job/sub, ., sub",
        "/w/job, /w/job/sub, .., .",
        "/w/job, /w/job/sub, /w/job/other, other",
        "/w/job, /w/job/sub, /w/job, .",
        "C:\\w\\job, C:\\w\\job\\sub, ../a, a",
        "C:\\w\\job, C:\\w\\job, C:\\w\\job\\a, a",
        "'', '', a/b, a/b",
        "'', '', ., .",
    })
    void pathsAreRelativeToTheTop(String workspace, String directory, String path, String expected) {
        BuildSource source = new BuildSource(
                path,
                "docker/Dockerfile-${arch}",
                PlatformMap.EMPTY,
                new NamedContexts(PlatformValues.of(Map.of("one", path, "two", "docker-image://alpine:3"))));

        BuildSource found = new SourcePaths(workspace, directory).of(source, List.of(ARM64));

        assertEquals(expected, found.context());
        assertEquals("docker/Dockerfile-arm64", found.dockerfileFor(ARM64));
        assertEquals(
                Map.of("one", expected, "two", "docker-image://alpine:3"),
                found.contexts().sources().of(ARM64));
    }

    @Test
    void dockerfileIsRelativeToItsContext() {
        BuildSource source = new BuildSource("a/b", "/w/job/docker/File", PlatformMap.EMPTY);

        assertEquals(
                "../../docker/File",
                new SourcePaths("/w/job", "/w/job").of(source, List.of(ARM64)).dockerfileFor(ARM64));
    }

    @Test
    void urlsStay() {
        BuildSource source = new BuildSource("https://example.com/a.git#main:b", "/File", PlatformMap.EMPTY);

        BuildSource found = new SourcePaths("/w/job", "/w/job").of(source, List.of(ARM64));

        assertEquals("https://example.com/a.git#main:b", found.context());
        assertEquals("/File", found.dockerfileFor(ARM64));
    }

    @ParameterizedTest
    @CsvSource({
        "/w/job, /w/job, ..",
        "/w/job, /w/job/a, ../../b",
        "/w/job, /w/job, /w/job2",
        "'', '', ../a",
        "'', '', /a"
    })
    void pathsThatLeadElsewhereAreRefused(String workspace, String directory, String path) {
        BuildSource source = new BuildSource(path, null, PlatformMap.EMPTY);

        assertThrows(
                InvalidRequestException.class, () -> new SourcePaths(workspace, directory).of(source, List.of(ARM64)));
    }
}
