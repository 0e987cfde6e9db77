package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.registry.ImageManifests;
import io.jenkins.plugins.multiarchbuild.engine.registry.PlainHttpDocker;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import io.jenkins.plugins.multiarchbuild.rig.TemporaryDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Builds in the rig as the engine does it: bake definition, bake, metadata file. */
public final class RigImages {

    private RigImages() {}

    /** A request for two platforms with a label that makes the images of each caller their own. */
    public static BuildRequest request(String builder, BuildOptions options, ArchTags archTags, String... baseTags)
            throws IOException {
        Path context = TemporaryDirectory.create("rig-context");
        Rig.writeApp(context);
        return new BuildRequest(
                Platform.parseAll(List.of("amd64", "arm64")),
                BuildRequest.parseBaseTags(List.of(baseTags)),
                new BuildSource(
                        context.toString(), context.resolve("Dockerfile").toString(), PlatformMap.EMPTY),
                options,
                builder,
                archTags,
                true);
    }

    /** Options with a label that makes the images of each caller their own. */
    public static Requests.OptionsBuilder builder(String provenance, String label) {
        return Requests.options().labels(Map.of("test", label)).provenance(provenance);
    }

    public static BuildOptions options(String provenance, String label) {
        return builder(provenance, label).build();
    }

    public static List<BuiltImage> build(BuildRequest request, RigDocker docker, String... more)
            throws IOException, InterruptedException, DockerException {
        PushStrategy strategy = PushStrategy.forDriver(
                Builder.inspect(docker, request.builder()).driver());
        BuildGroup group = new BuildGroup(null, request.platforms());
        Path directory = TemporaryDirectory.create("rig-plan");
        Path definition = directory.resolve(BakeFiles.DEFINITION);
        Path metadata = directory.resolve(BakeFiles.METADATA);
        Files.writeString(definition, BakeDefinition.write(request, group, strategy));
        List<String> command = BakeDefinition.command(request, definition.toString(), metadata.toString());
        command.addAll(List.of(more));
        Docker.Output output = docker.run(command);
        if (!output.succeeded()) {
            throw BuildErrors.ofBake(output.stderr(), BakeTargets.of(request).keys(request.platforms()));
        }
        List<BuiltImage> pushed =
                List.copyOf(MetadataFile.read(Files.readString(metadata), BakeTargets.of(request), group)
                        .values());
        Registry registry = new Registry(new PlainHttpDocker(docker), delay -> {}, line -> {});
        List<BuiltImage> found = ImageManifests.find(registry, pushed);
        docker.commands();
        return found;
    }

    /** An index as the registry serves it. */
    public static JsonNode index(String repository, String tag) throws Exception {
        return new ObjectMapper().readTree(Rig.manifest(repository, tag).orElseThrow());
    }

    /** The digests of its children, sorted. */
    public static List<String> children(JsonNode index) {
        List<String> digests = new ArrayList<>();
        index.path("manifests")
                .forEach(child -> digests.add(child.path("digest").asText()));
        return digests.stream().sorted().toList();
    }

    /** How many children it has of each platform. */
    public static Map<String, Integer> platforms(JsonNode index) {
        Map<String, Integer> counts = new TreeMap<>(Map.of("unknown/unknown", 0));
        index.path("manifests")
                .forEach(child -> counts.merge(
                        child.at("/platform/os").asText() + "/"
                                + child.at("/platform/architecture").asText(),
                        1,
                        Integer::sum));
        return counts;
    }

    /** Makes sure that {@code docker manifest}, which is neither buildx nor this test, reads the same children. */
    public static void assertReadAlike(ImageReference tag) throws Exception {
        JsonNode read = new ObjectMapper()
                .readTree(Rig.docker("manifest", "inspect", "--insecure", "--verbose", tag.toString()));
        List<String> others = new ArrayList<>();
        // each child was fetched too, and its own digest is that of the text that came
        read.forEach(child -> others.add(child.at("/Descriptor/platform/os").asText() + "/"
                + child.at("/Descriptor/platform/architecture").asText() + " "
                + Digest.of(
                        new String(Base64.getDecoder().decode(child.path("Raw").asText()), StandardCharsets.UTF_8))));
        List<String> ours = new ArrayList<>();
        index(tag.path(), tag.tag())
                .path("manifests")
                .forEach(child -> ours.add(child.at("/platform/os").asText() + "/"
                        + child.at("/platform/architecture").asText() + " "
                        + child.path("digest").asText()));
        assertEquals(ours, others);
    }
}
