package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Recorded;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {

    private static final Set<Platform> BOTH = Set.of(Platform.parse("amd64"), Platform.parse("arm64"));

    @ParameterizedTest
    @CsvSource({
        "0.13.1, index.json, 2",
        "0.29.1, index.json, 2",
        "0.13.1, index-with-attestations.json, 4",
        "0.29.1, index-with-attestations.json, 4"
    })
    void recordedIndexIsRead(String version, String file, int children) throws Exception {
        String text = Recorded.read(version, file);
        Manifest index = Manifest.parse(text);
        assertTrue(index.isIndex());
        assertEquals(Digest.of(text), index.digest());
        assertEquals(children, index.children().size());
        assertEquals(BOTH, index.platforms());
        assertEquals(children == 4, index.isAttested());
        assertNull(index.flaw());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void dryRunPrintsWhatIsWrittenAndALineBreak(String version) throws Exception {
        String announced = Recorded.read(version, "imagetools-create-dry-run.json");
        String written = Recorded.read(version, "index-with-attestations.json");
        assertEquals(written + "\n", announced);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void annotationsAreRead(String version) throws Exception {
        Manifest index = Manifest.parse(Recorded.read(version, "index-annotated.json"));
        assertEquals(Map.of("org.opencontainers.image.version", "1.0=rc, é"), index.annotations());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void singleImageIsNoIndex(String version) throws Exception {
        Manifest image = Manifest.parse(Recorded.read(version, "manifest.json"));
        assertFalse(image.isIndex());
        assertTrue(image.children().isEmpty());
        assertTrue(String.valueOf(image.flaw()).contains("not an image index"), String.valueOf(image.flaw()));
    }

    @Test
    void unknownFieldsAndChildrenAreNoObstacle() throws Exception {
        Manifest index = Manifest.parse("""
                {"schemaVersion": 2, "news": {"a": [1]}, "subject": {}, "manifests": [
                  {"digest": "%s", "platform": {"os": "linux", "architecture": "arm64", "variant": "v8", "os.features": []}},
                  {"digest": "%s", "artifactType": "application/x", "data": "e30="}
                ]}""".formatted(Digest.of("a"), Digest.of("b")));
        assertEquals("application/vnd.oci.image.index.v1+json", index.mediaType(), "OCI lets it be left out");
        assertEquals(Set.of(Platform.parse("arm64")), index.platforms());
        assertEquals(
                "its child " + Digest.of("b") + " is neither an image nor an attestation",
                String.valueOf(index.flaw()));
    }

    @Test
    void attestationOfAnImageThatIsNotThereIsAFlaw() throws Exception {
        String text = Recorded.read("0.29.1", "index-with-attestations.json");
        String image = Manifest.parse(text).images().get(0).digest().value();
        Manifest index = Manifest.parse(text.replace(
                "\"vnd.docker.reference.digest\": \"" + image, "\"vnd.docker.reference.digest\": \"" + Digest.of("x")));
        assertTrue(
                String.valueOf(index.flaw()).endsWith("is about an image that it does not have"),
                String.valueOf(index.flaw()));
    }

    @Test
    void secondImageForAPlatformIsAFlaw() throws Exception {
        String text = Recorded.read("0.29.1", "index.json").replace("arm64", "amd64");
        assertEquals(
                "it has two images for one platform",
                String.valueOf(Manifest.parse(text).flaw()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "<html>", "{\"manifests\": [{\"digest\": \"sha256:abc\"}]}"})
    void whatIsNoManifestIsAnError(String text) {
        assertThrows(DockerException.class, () -> Manifest.parse(text));
    }

    @Test
    void largerManifestThanRegistriesHaveToTakeIsAnError() {
        String huge = "{" + " ".repeat(4 << 20) + "}";
        var error = assertThrows(DockerException.class, () -> Manifest.parse(huge));
        assertEquals(
                "The manifest that the registry returned is larger than 4 MB and is not read.", error.getMessage());
    }

    @Test
    void deepNestingIsAnError() {
        String deep = "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}";
        assertThrows(DockerException.class, () -> Manifest.parse(deep));
    }

    @Test
    void errorIsOneLineWhateverTheRegistrySends() throws Exception {
        Manifest manifest = Manifest.parse("{\"mediaType\":\"a\\nERROR: b\\u001b[31m" + "c".repeat(1 << 20) + "\"}");
        String error = new DockerException("" + manifest.flaw()).getMessage();
        assertTrue(error.length() < 30_000, "length " + error.length());
        assertTrue(error.chars().noneMatch(Character::isISOControl), error.substring(0, 100));
    }
}
