package io.jenkins.plugins.multiarchbuild.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publication;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A running build keeps its request in a file, to go on after a restart. */
class SerializationTest {

    private static final PlatformValues VALUES = new PlatformValues(Map.of("a", "b"), Map.of("arm", Map.of("a", "c")));

    private static final BuildRequest REQUEST = new BuildRequest(
            Platform.parseAll(List.of("amd64", "arm/v7")),
            BuildRequest.parseBaseTags(List.of("r.example/team/app:1", "app:latest")),
            new BuildSource("dir", "Dockerfile", new PlatformMap(Map.of("arm", "Arm")), new NamedContexts(VALUES)),
            new BuildOptions(
                    VALUES,
                    VALUES,
                    PlatformMap.ofAll("stage"),
                    new RunOptions("none", "1g", List.of("nofile=1:2"), Map.of("a", "::1"), List.of("network.host")),
                    CacheOptions.parse(List.of("r.example/cache"), List.of("type=local,dest=/cache"), true, false),
                    "mode=max",
                    "true",
                    Map.of("annotation", "value"),
                    true),
            "builder",
            ArchTags.of(new PlatformMap(Map.of("arm", "v7"))),
            true);

    @Test
    void everythingThatABuildIsMadeOfCanBeSerialized() throws Exception {
        assertEquals(REQUEST, copy(REQUEST));
        List<BuildGroup> groups =
                BuildGroup.of(REQUEST.platforms(), platform -> new PlatformMap(Map.of("arm", "pi")).get(platform));
        groups.forEach(group -> assertEquals(group, copy(group)));
        List<BuiltImage> images = REQUEST.platforms().stream()
                .map(platform -> new BuiltImage(platform, REQUEST.pushTag().at(Digest.of(platform.toString()))))
                .toList();
        images.forEach(image -> assertEquals(image, copy(image)));
        Publication publication = Publication.of(REQUEST, images);
        assertEquals(publication, copy(publication));
    }

    private static Object copy(Object original) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream output = new ObjectOutputStream(bytes)) {
            output.writeObject(original);
            output.flush();
            return new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
