package io.jenkins.plugins.multiarchbuild.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tool makes of a docker that does not stop writing. */
class LocalDockerTest {

    @TempDir
    private Path directory;

    @Test
    void outputThatDoesNotEndIsAnError() throws Exception {
        Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\n");
        docker(
                "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done");

        String error = run().error(1);

        assertTrue(error.startsWith("ERROR: 'docker buildx inspect' wrote more than 8 MB"), error);
    }

    @Test
    void endOfAnEndlessErrorIsShown() throws Exception {
        Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\n");
        docker(
                "i=0; while [ $i -lt 200000 ]; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa >&2;"
                        + " i=$((i+1)); done; echo 'ERROR: the last line' >&2; exit 1");

        String error = run().error(1);

        assertTrue(error.endsWith("cannot be used: the last line"), error);
    }

    @Test
    void configurationInAnotherHome() throws Exception {
        Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\n");
        Path plugins = Files.createDirectories(directory.resolve("home/.docker/cli-plugins"));
        script(plugins.resolve("docker-buildx"), "echo 'ERROR: the buildx of this home' >&2; exit 1");
        // anything but a script counts as docker itself
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("docker"), Path.of("/bin/false"));

        String error = Cli.runWith(
                        Map.of(
                                "DOCKER_CONFIG", "",
                                "HOME", directory.resolve("home").toString(),
                                "PATH", directory.resolve("bin") + ":" + System.getenv("PATH")),
                        arguments())
                .error(1);

        assertTrue(error.endsWith("cannot be used: the buildx of this home"), error);
    }

    private void docker(String script) throws Exception {
        script(Files.createDirectory(directory.resolve("bin")).resolve("docker"), script);
    }

    private static void script(Path program, String script) throws Exception {
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Cli.Outcome run() throws Exception {
        return Cli.runWith(Map.of("PATH", directory.resolve("bin") + ":" + System.getenv("PATH")), arguments());
    }

    private String[] arguments() {
        return new String[] {"--platforms", "amd64", "--base-tags", "a/b:1", directory.toString()};
    }
}
