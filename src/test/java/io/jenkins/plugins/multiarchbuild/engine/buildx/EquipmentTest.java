package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EquipmentTest {

    private static final String VERSIONS =
            "{\"Client\":{\"Version\":\"26.1.5\"},\"Server\":{\"Version\":\"26.1.6\",\"Components\":[]}}";

    private static final String DOWN =
            "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?";

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void whatBuildxPrintsIsRead(String version) throws Exception {
        Equipment equipment = Equipment.of(
                docker(Map.of(
                        "version --format", success(VERSIONS),
                        "buildx version", success(Recorded.read(version, "version.txt")),
                        "buildx inspect", success(Recorded.read(version, "inspect-remote.txt")))),
                null,
                List.of(Platform.parse("arm64")));

        assertEquals("26.1.5", equipment.client());
        assertEquals("26.1.6", equipment.engine());
        assertTrue(equipment.buildx().startsWith(version), equipment.buildx());
        assertEquals("[v0.0.0+unknown]", equipment.builder().buildKits().toString());
        assertTrue(equipment.builder().endpoints().get(0).startsWith("unix://"), equipment::toString);
        assertEquals(List.of(), equipment.problems());
    }

    @Test
    void engineThatIsDownIsOneProblem() throws Exception {
        Equipment equipment = Equipment.of(
                docker(Map.of(
                        "version --format",
                        new Docker.Output(1, "{\"Client\":{\"Version\":\"26.1.5\"},\"Server\":null}\n", DOWN),
                        "buildx version",
                        success("github.com/docker/buildx v0.29.1 a32761a"),
                        "buildx inspect",
                        success("Name: default\nDriver: docker\nLast Activity: x\n\nError: " + DOWN + "\n"))),
                null,
                List.of());

        assertEquals("26.1.5", equipment.client());
        assertNull(equipment.engine());
        assertEquals("v0.29.1", equipment.buildx());
        assertNull(equipment.builder());
        assertEquals(
                List.of("The builder 'default' does not work: " + DOWN
                        + ". The engine, cluster or address that it runs on"
                        + " has to be up, accept this agent and be able to pull BuildKit's image."),
                equipment.problems().stream().map(Object::toString).toList());
    }

    @Test
    void oldBuildxAndLackingPlatformAreNamed() throws Exception {
        Equipment equipment = Equipment.of(
                docker(Map.of(
                        "version --format", success("Client: old"),
                        "buildx version", success("github.com/docker/buildx v0.12.1 30feaa1"),
                        "buildx inspect", success("Name: b\nDriver: remote\nPlatforms: linux/amd64\n"))),
                "b",
                List.of(Platform.parse("s390x")));

        assertNull(equipment.client());
        assertEquals(2, equipment.problems().size(), equipment::toString);
        assertEquals(
                "buildx 0.12 is too old: builds need 0.13 or newer. Update the docker-buildx plugin.",
                equipment.problems().get(0).toString());
        assertTrue(
                equipment
                        .problems()
                        .get(1)
                        .toString()
                        .startsWith("The builder 'b' (driver remote) cannot build linux/s390x."),
                equipment::toString);
    }

    @Test
    void builderThatDoesNotRunIsNamed() throws Exception {
        Equipment equipment = Equipment.of(
                docker(Map.of(
                        "version --format", success(VERSIONS),
                        "buildx version", success("github.com/docker/buildx v0.29.1 a32761a"),
                        "buildx inspect", success(Recorded.read("0.29.1", "inspect-broken.txt")))),
                null,
                List.of());

        assertTrue(equipment
                .problems()
                .get(0)
                .toString()
                .startsWith("The builder 'broken' (driver remote) is not running."));
    }

    @Test
    void cacheLiesWhereTheEngineKeepsItsData() throws Exception {
        Docker engine = docker(Map.of(
                "info --format", success("{\"Name\":\"vm\",\"DockerRootDir\":\"/data\"}"),
                "--context other", success("{\"Name\":\"vm2\",\"DockerRootDir\":\"/data2\"}"),
                "--host unix:///s", success("{\"Name\":\"vm3\",\"DockerRootDir\":\"/data3\"}")));

        String classic = "Name: d\nDriver: docker\nEndpoint: d\nLabels:\n a: b\nPlatforms: linux/amd64\n";
        assertEquals(Optional.of(new CachePlace("vm", List.of("/data"))), place(engine, classic));
        assertEquals(
                Optional.of(new CachePlace("vm", List.of("/data", "/var/lib/containerd"))),
                place(engine, Recorded.read("0.29.1", "inspect-docker.txt")));
        assertEquals(
                Optional.of(new CachePlace("vm2", List.of("/data2"))),
                place(engine, "Name: c\nDriver: docker-container\nEndpoint: other\n"));
        assertEquals(
                Optional.of(new CachePlace("vm3", List.of("/data3"))),
                place(engine, "Name: c\nDriver: docker-container\nEndpoint: unix:///s\n"));
        assertEquals(Optional.empty(), place(engine, Recorded.read("0.29.1", "inspect-remote.txt")));
        assertEquals(
                Optional.empty(),
                place(engine, "Name: c\nDriver: docker-container\nEndpoint: other\nEndpoint: third\n"));
        assertEquals(Optional.empty(), place(docker(Map.of("info --format", success("none"))), classic));
    }

    private static Optional<CachePlace> place(Docker docker, String inspected) throws Exception {
        return CachePlace.of(docker, Builder.parse(inspected));
    }

    private static Docker.Output success(String stdout) {
        return new Docker.Output(0, stdout, "");
    }

    /** @param answers outputs by the first two words, of which a builder's flag is none */
    private static Docker docker(Map<String, Docker.Output> answers) {
        return arguments -> {
            String words = String.join(" ", arguments).replaceFirst("--builder \\S+ ", "");
            return answers.entrySet().stream()
                    .filter(entry -> words.startsWith(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow(() -> new DockerException("not expected: " + words));
        };
    }
}
