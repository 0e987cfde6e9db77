package io.jenkins.plugins.multiarchbuild.engine.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where the program behind {@code docker buildx} is found, and when it is not used. */
@DisabledOnOs(OS.WINDOWS)
class BuildxPluginTest {

    @TempDir
    private Path directory;

    private Path plugin;

    @BeforeEach
    void writePlugin() throws IOException {
        plugin = program("plugins/docker-buildx", "\u007fELF");
    }

    @Test
    void directoriesOfTheConfigurationComeFirst() {
        List<String> directories = BuildxPlugin.directories("{\"cliPluginsExtraDirs\": [\"/extra\"]}", "/own");

        assertEquals(List.of("/extra", "/own"), directories.subList(0, 2));
        assertTrue(directories.contains("/usr/libexec/docker/cli-plugins"));
    }

    @Test
    void aConfigurationThatCannotBeReadIsLeftToDocker() {
        assertEquals(List.of(), BuildxPlugin.directories("{", "/own"));
    }

    @Test
    void thePluginIsFound() throws IOException {
        program("bin/docker", "\u007fELF");

        assertEquals(Optional.of(plugin), find());
    }

    @Test
    void aScriptInPlaceOfDockerIsCalled() throws IOException {
        program("bin/docker", "#!/bin/sh\nexec sudo docker \"$@\"\n");

        assertEquals(Optional.empty(), find());
    }

    @Test
    void withoutDockerNothingIsFound() {
        assertEquals(Optional.empty(), find());
    }

    private Optional<Path> find() {
        return BuildxPlugin.find(
                directory.resolve("bin").toString(),
                List.of("/nowhere", plugin.getParent().toString()));
    }

    private Path program(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        assertTrue(file.toFile().setExecutable(true));
        return file;
    }
}
