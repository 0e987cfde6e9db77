package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.registry.ImageManifests;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publication;
import io.jenkins.plugins.multiarchbuild.engine.registry.PublicationResult;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publisher;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command lines for drivers that no rig has, played back what buildx prints. It all is recorded but for one thing: what
 * a Kubernetes builder prints once it runs is put together here from what one prints that does not run and what the same
 * BuildKit says of itself under docker-container, for {@code inspect} prints both alike for every driver.
 */
class DriverCommandsTest {

    private static final String BUILDX = "0.29.1";
    private static final String REPOSITORY = "127.0.0.1:5000/team/app";
    private static final String TAG = REPOSITORY + ":1.0";

    private final List<String> commands = new ArrayList<>();
    private boolean published;

    @ParameterizedTest
    @ValueSource(strings = {"kubernetes", "docker-container"})
    void driverIsGivenTheseCommands(String driver) throws Exception {
        BuildRequest request = request();
        BuildGroup group = new BuildGroup(null, request.platforms());
        Registry registry = new Registry(arguments -> play(driver, arguments), delay -> {}, line -> {});

        Builder builder =
                Preflight.check(arguments -> play(driver, arguments), registry, BakeTargets.of(request), group);
        assertEquals("'farm' (driver " + driver + ")", builder.title().toString());
        assertEquals(
                Set.of("buildx --builder farm inspect --bootstrap", "buildx imagetools inspect --raw " + TAG),
                Set.copyOf(taken()),
                "at the same time");

        PushStrategy strategy = PushStrategy.forDriver(builder.driver());
        assertEquals(
                "its driver pushes by digest, so no tag exists before everything is built",
                strategy.reason().toString());
        JsonNode target = new ObjectMapper()
                .readTree(BakeDefinition.write(request, group, strategy))
                .at("/target/linux_arm64");
        assertEquals(
                "[\"type=image,name=" + REPOSITORY
                        + ",push-by-digest=true,name-canonical=true,push=true,store=false\"]",
                target.path("output").toString());
        assertFalse(target.has("tags"));
        assertEquals(
                "buildx --builder farm bake --file plan.json --metadata-file metadata.json --progress plain",
                String.join(" ", BakeDefinition.command(request, "plan.json", "metadata.json")));

        List<BuiltImage> pushed = List.copyOf(
                MetadataFile.read(Recorded.read(BUILDX, "metadata-push-by-digest.json"), BakeTargets.of(request), group)
                        .values());
        String images = pushed.get(0).reference() + " " + pushed.get(1).reference();
        List<BuiltImage> built = ImageManifests.find(registry, pushed);
        assertEquals(
                List.of("buildx imagetools create --progress plain --tag "
                        + pushed.get(0).reference() + " " + images + " --dry-run"),
                taken());

        PublicationResult publication = new Publisher(registry).publish(Publication.of(request, built));
        assertEquals(
                List.of(
                        "buildx imagetools inspect --raw " + TAG,
                        "buildx imagetools create --progress plain --tag " + TAG + " " + images,
                        "buildx imagetools inspect --raw " + TAG),
                taken());
        assertEquals(Set.copyOf(request.platforms()), publication.index().platforms());
    }

    @ParameterizedTest
    @CsvSource({
        "drivers, error-kubernetes-unreachable.txt, 'Get \"http://127.0.0.1:1/apis/apps/v1/namespaces/builds/deployments/farm0\": dial tcp 127.0.0.1:1: connect: connection refused.'",
        "drivers, error-docker-container-no-image.txt, 'Error response from daemon: failed to resolve reference'",
        "0.13.1, error-builder-unreachable.txt, context deadline exceeded.",
        "0.29.1, error-builder-unreachable.txt, context deadline exceeded."
    })
    void builderThatDoesNotStartSaysWhatItNeeds(String recorder, String file, String reason) {
        Docker docker = arguments -> new Docker.Output(1, "", Recorded.read(recorder, file));
        var error = assertThrows(DockerException.class, () -> Builder.inspect(docker, "farm"));
        assertTrue(error.getMessage().startsWith("The builder 'farm' does not start: " + reason), error.getMessage());
        assertTrue(
                error.getMessage()
                        .endsWith(
                                " The engine, cluster or address that it runs on has to be up, accept this agent and be"
                                        + " able to pull BuildKit's image."),
                error.getMessage());
    }

    @Test
    void onlyAnEngineCanLackTheContainerdStore() {
        assertTrue(Builder.parse(Recorded.read("drivers", "inspect-docker-classic.txt"))
                .classicStore());
        for (String version : List.of("0.13.1", "0.29.1")) {
            for (String file : List.of("inspect-docker.txt", "inspect-remote.txt", "inspect-broken.txt")) {
                assertFalse(Builder.parse(Recorded.read(version, file)).classicStore(), version + " " + file);
            }
        }
        assertFalse(Builder.parse(running("kubernetes")).classicStore());
        assertFalse(Builder.parse(running("docker-container")).classicStore());
        assertFalse(
                Builder.parse("Name: default\nDriver: docker\nPlatforms: linux/amd64\n")
                        .classicStore(),
                "without labels nothing is known");
        assertTrue(Builder.parse(Recorded.read("0.29.1", "inspect-docker.txt")).ociExporter());
        assertTrue(Builder.parse(running("docker-container")).ociExporter());
        assertFalse(Builder.parse("Name: default\nDriver: docker\nPlatforms: linux/amd64\n")
                .ociExporter());
    }

    @Test
    void refusedAttestationSaysWhatToDo() {
        String failure = BuildErrors.ofBake(Recorded.read("drivers", "error-attestation-classic.txt"), List.of())
                .getMessage();
        assertEquals(
                "Attestation is not supported for the docker driver. Set provenance: false and sbom: false, name another"
                        + " builder with the parameter builder ('docker buildx create --driver docker-container' on the"
                        + " agent makes one), or turn on the containerd image store of the agent's engine.",
                failure);
    }

    private synchronized Docker.Output play(String driver, List<String> arguments) {
        String command = String.join(" ", arguments);
        commands.add(command);
        String index = Recorded.read(BUILDX, "imagetools-create-dry-run.json");
        if (command.endsWith("inspect --bootstrap")) {
            return new Docker.Output(0, running(driver), "");
        }
        if (command.endsWith("--dry-run")) {
            return new Docker.Output(0, index, "");
        }
        if (command.startsWith("buildx imagetools create")) {
            published = true;
            return new Docker.Output(0, "", Recorded.read(BUILDX, "imagetools-create.txt"));
        }
        return published
                ? new Docker.Output(0, index.stripTrailing(), "")
                : new Docker.Output(1, "", Recorded.read(BUILDX, "error-not-found.txt"));
    }

    private List<String> taken() {
        List<String> run = List.copyOf(commands);
        commands.clear();
        return run;
    }

    private static String running(String driver) {
        String container = Recorded.read("drivers", "inspect-docker-container.txt");
        if (driver.equals("docker-container")) {
            return container;
        }
        return Recorded.read("drivers", "inspect-kubernetes-inactive.txt").replace("inactive", "running")
                + container.substring(container.indexOf("BuildKit version:"));
    }

    private static BuildRequest request() {
        return new BuildRequest(
                Platform.parseAll(List.of("amd64", "arm64")),
                BuildRequest.parseBaseTags(List.of(TAG)),
                BuildSource.WORKSPACE,
                BuildOptions.DEFAULTS,
                "farm",
                ArchTags.NONE,
                true);
    }
}
