package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuilderTest {

    private static final Platform AMD64 = Platform.parse("amd64");
    private static final Platform ARM64 = Platform.parse("arm64");

    @ParameterizedTest
    @CsvSource({
        "0.13.1, inspect-docker.txt, default, docker, ARCH_TAGS",
        "0.29.1, inspect-docker.txt, default, docker, ARCH_TAGS",
        "0.13.1, inspect-remote.txt, rig-remote, remote, BY_DIGEST",
        "0.29.1, inspect-remote.txt, rig-remote, remote, BY_DIGEST"
    })
    void recordedInspectIsRead(String version, String file, String name, String driver, PushStrategy strategy) {
        Builder builder = Builder.parse(Recorded.read(version, file));
        assertEquals(name, builder.name());
        assertEquals(driver, builder.driver());
        assertEquals(strategy, PushStrategy.forDriver(builder.driver()));
        assertEquals(List.of(), builder.lacking(List.of(AMD64, ARM64, Platform.parse("riscv64"))));
        assertEquals(
                List.of(Platform.parse("windows/amd64")),
                builder.lacking(List.of(ARM64, Platform.parse("windows/amd64"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void builderThatDoesNotRunHasNoPlatform(String version) {
        assertTrue(Builder.parse(Recorded.read(version, "inspect-broken.txt"))
                .platforms()
                .isEmpty());
    }

    /** Buildx then has no time left for its questions; the output is that of a pull that took 25 s. */
    @Test
    void builderThatTakesLongToStartIsAskedAgain() throws Exception {
        String late = """
                Name:   farm
                Driver: docker-container

                Nodes:
                Name:     farm0
                Endpoint: unix:///var/run/docker.sock
                Error:    Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.51/containers/buildx_buildkit_farm0/json": context deadline exceeded
                """;
        List<Docker.Output> answers = new ArrayList<>(List.of(
                new Docker.Output(0, late, ""),
                new Docker.Output(0, Recorded.read("0.29.1", "inspect-remote.txt"), "")));
        Builder builder = Builder.inspect(arguments -> answers.remove(0), "farm");
        assertEquals(List.of(), builder.lacking(List.of(AMD64, ARM64)));
        assertEquals(List.of(), answers);

        DockerException failed = assertThrows(
                DockerException.class, () -> Builder.inspect(arguments -> new Docker.Output(0, late, ""), "farm"));
        assertTrue(failed.getMessage().contains("The builder 'farm' does not work: Get"), failed::getMessage);
    }

    @Test
    void platformsOfAllNodesCount() {
        Builder builder = Builder.parse("""
                Name:   farm
                Driver: docker-container

                Nodes:
                Name:      farm0
                Platforms: linux/amd64*, linux/386*
                Name:      farm1
                Platforms: linux/arm64, linux/unheard-of
                """);
        assertEquals("farm", builder.name());
        assertEquals(Set.of(AMD64, Platform.parse("386"), ARM64), builder.platforms());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void missingBuilderIsNamed(String version) {
        Docker docker = arguments -> new Docker.Output(1, "", Recorded.read(version, "error-no-such-builder.txt"));
        var error = assertThrows(DockerException.class, () -> Builder.inspect(docker, "nobody"));
        assertEquals("The builder 'nobody' cannot be used: no builder \"nobody\" found", error.getMessage());
    }

    /** A directory without configuration hides the rig's buildx from the rig's docker. */
    @Test
    void missingBuildxIsNamed(@TempDir Path empty) throws Exception {
        Rig.assumeUp();
        RigDocker docker = new RigDocker().with(Map.of("DOCKER_CONFIG", empty.toString()));
        assumeFalse(docker.run(List.of("buildx", "version")).succeeded(), "buildx is installed for all users");
        for (String builder : new String[] {null, "any"}) {
            var error = assertThrows(DockerException.class, () -> Builder.inspect(docker, builder));
            assertEquals("This docker has no buildx. Install the docker-buildx plugin.", error.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker: 'buildx' is not a docker command.\nSee 'docker --help'\n",
                "docker: unknown command: docker buildx\n\nRun 'docker --help' for more information\n",
                "unknown flag: --bootstrap\nSee 'docker --help'.\n\nUsage:  docker [OPTIONS] COMMAND\n"
            })
    void missingBuildxIsNamedWhateverDockerSays(String stderr) {
        Docker docker = arguments -> new Docker.Output(1, "", stderr);
        var error = assertThrows(DockerException.class, () -> Builder.inspect(docker, null));
        assertEquals("This docker has no buildx. Install the docker-buildx plugin.", error.getMessage());
    }
}
