package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Recorded;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageManifestsTest {

    private static final ImageReference APP = ImageReference.parse("registry.example.com/app:1");

    private final Map<String, String> stored = new HashMap<>();
    private final List<String> commands = Collections.synchronizedList(new ArrayList<>());
    private final Registry registry = new Registry(this::run, delay -> {}, line -> {});
    private final ImageManifests manifests = new ImageManifests();
    private Digest amd64;
    private Digest arm64;

    @BeforeEach
    void images() throws Exception {
        String image = Recorded.read("0.29.1", "manifest.json");
        amd64 = store(image);
        arm64 = store(image + "\n");
    }

    @Test
    void oneCommandLooksIntoAllThatWasPushed() throws Exception {
        List<BuiltImage> images = read(pushed("1", child("amd64", amd64), child("arm64", arm64)));

        assertEquals(APP.at(amd64), images.get(0).image());
        assertEquals(APP.at(arm64), images.get(1).image());
        assertTrue(images.get(0).isAttested());
        assertEquals(803 + 1064333 + 122, images.get(0).size());
        assertEquals(2, images.get(0).layers());
        assertEquals(3, commands.size(), "and one per image for its size: " + commands);
    }

    @Test
    void sizesOfImagesThatWerePushedBeforeAreKnown() throws Exception {
        var first = read(pushed("1", child("amd64", amd64), child("arm64", arm64)));
        commands.clear();

        var second = read(pushed("2", child("amd64", amd64), child("arm64", arm64)));

        assertEquals(1, commands.size(), commands.toString());
        assertEquals(first.get(1).size(), second.get(1).size());
        assertEquals(first.get(1).image(), second.get(1).image());
    }

    @Test
    void imagesForAnotherPlatformThanTheyWereBuiltForAreFoundAll() throws Exception {
        List<BuiltImage> images = read(pushed("1", child("amd64", amd64), child("amd64", arm64)));

        assertEquals(APP.at(amd64), images.get(0).image());
        assertEquals(APP.at(arm64), images.get(1).image());
    }

    @Test
    void twoImagesForOnePlatformAreAnError() {
        List<BuiltImage> pushed =
                pushed("1", child("amd64", amd64) + "," + child("amd64", arm64), child("arm64", arm64));

        DockerException failure = assertThrows(DockerException.class, () -> read(pushed));

        assertTrue(failure.getMessage().contains("does not hold one image but 2"), failure.getMessage());
    }

    private List<BuiltImage> read(List<BuiltImage> pushed) throws Exception {
        List<BuiltImage> images = new ArrayList<>();
        for (BuiltImage image : ImageManifests.find(registry, pushed)) {
            images.add(manifests.sized(registry, image));
        }
        return images;
    }

    /** One index for each platform, of images and an attestation that differs from build to build. */
    private List<BuiltImage> pushed(String build, String ofAmd64, String ofArm64) {
        return List.of(
                new BuiltImage(Platform.parse("amd64"), APP.at(store(index(ofAmd64, attestation(build, amd64))))),
                new BuiltImage(Platform.parse("arm64"), APP.at(store(index(ofArm64, attestation(build, arm64))))));
    }

    private static String child(String architecture, Digest digest) {
        return "{\"digest\": \"%s\", \"platform\": {\"os\": \"linux\", \"architecture\": \"%s\"}}"
                .formatted(digest, architecture);
    }

    private static String attestation(String build, Digest image) {
        return ("{\"digest\": \"%s\", \"annotations\": {\"vnd.docker.reference.type\": \"attestation-manifest\","
                        + " \"vnd.docker.reference.digest\": \"%s\"}}")
                .formatted(Digest.of(build + image), image);
    }

    private static String index(String... children) {
        return "{\"mediaType\": \"application/vnd.oci.image.index.v1+json\", \"manifests\": ["
                + String.join(",", children) + "]}";
    }

    private Digest store(String manifest) {
        Digest digest = Digest.of(manifest);
        stored.put(APP.at(digest).toString(), manifest);
        return digest;
    }

    /** {@code imagetools inspect --raw} and {@code imagetools create --dry-run} of what is stored. */
    private Docker.Output run(List<String> command) {
        commands.add(String.join(" ", command));
        if (command.contains("inspect")) {
            return new Docker.Output(0, stored.get(command.get(command.size() - 1)), "");
        }
        List<String> children = command.stream()
                .skip(command.indexOf("--tag") + 2)
                .filter(stored::containsKey)
                .map(source -> stored.get(source).replaceFirst(".*\\[", "").replaceFirst("]}$", ""))
                .toList();
        return new Docker.Output(0, index(children.toArray(String[]::new)), "");
    }
}
