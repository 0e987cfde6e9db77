package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.bake.TargetSettings;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataFileTest {

    private static final BuildRequest REQUEST = Requests.simple("127.0.0.1:5000/team/app:1");
    private static final BakeTargets TARGETS = BakeTargets.of(REQUEST);
    private static final BuildGroup GROUP = new BuildGroup(null, REQUEST.platforms());

    @ParameterizedTest
    @CsvSource({
        "0.13.1, metadata-push-by-digest.json",
        "0.13.1, metadata-push-by-digest-noprovenance.json",
        "0.13.1, metadata-docker-driver.json",
        "0.29.1, metadata-push-by-digest.json",
        "0.29.1, metadata-push-by-digest-noprovenance.json",
        "0.29.1, metadata-docker-driver.json"
    })
    void recordedDigestsAreRead(String version, String file) throws DockerException {
        String content = Recorded.read(version, file);
        List<BuiltImage> images =
                List.copyOf(MetadataFile.read(content, TARGETS, GROUP).values());
        assertEquals(
                REQUEST.platforms(), images.stream().map(BuiltImage::platform).toList());
        for (BuiltImage image : images) {
            assertTrue(image.reference().toString().startsWith("127.0.0.1:5000/team/app@sha256:"));
            assertTrue(content.contains(
                    "\"containerimage.digest\": \"" + image.reference().digest() + "\""));
        }
    }

    @Test
    void digestThatIsMissingIsAnError() {
        BuildGroup more = new BuildGroup(null, List.of(Platform.parse("s390x")));
        String content = Recorded.read("0.13.1", "metadata-push-by-digest.json");
        var error = assertThrows(DockerException.class, () -> MetadataFile.read(content, TARGETS, more));
        assertEquals("buildx reported no digest for linux/s390x.", error.getMessage());
    }

    @Test
    void ofSeveralImagesEachHasItsOwnDigestAndRepository() throws DockerException {
        BakeTargets targets = new BakeTargets(
                List.of(
                        new BakeTarget("a", Requests.simple("r.example/a:1"), TargetSettings.NONE),
                        new BakeTarget("b", Requests.simple("r.example/b:1"), TargetSettings.NONE)),
                List.of(),
                List.of());
        BuildGroup arm64 = new BuildGroup(null, List.of(Platform.parse("arm64")));
        String content = "{\"a-linux_arm64\": {\"containerimage.digest\": \"%s\"},"
                        .formatted(Digest.of("a").value())
                + "\"b-linux_arm64\": {\"containerimage.digest\": \"%s\"}}"
                        .formatted(Digest.of("b").value());
        assertEquals(
                List.of(
                        "r.example/a@" + Digest.of("a").value(),
                        "r.example/b@" + Digest.of("b").value()),
                MetadataFile.read(content, targets, arm64).values().stream()
                        .map(image -> image.reference().toString())
                        .toList());
        var error = assertThrows(DockerException.class, () -> MetadataFile.read(content, targets, GROUP));
        assertEquals("buildx reported no digest for a linux/amd64.", error.getMessage());
    }

    @Test
    void truncatedFileIsAnError() {
        assertThrows(DockerException.class, () -> MetadataFile.read("{\"linux_amd64\": {", TARGETS, GROUP));
    }

    @Test
    void fileThatIsTooLargeIsAnError() {
        String content = "{\"linux_amd64\": \"" + "x".repeat(MetadataFile.MAX_LENGTH) + "\"}";
        var error = assertThrows(DockerException.class, () -> MetadataFile.read(content, TARGETS, GROUP));
        assertEquals("The metadata file of buildx is larger than 16 MB and is not read.", error.getMessage());
    }
}
