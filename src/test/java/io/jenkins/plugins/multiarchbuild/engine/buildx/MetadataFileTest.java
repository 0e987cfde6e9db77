package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataFileTest {

    private static final BuildRequest REQUEST = Requests.simple("127.0.0.1:5000/team/app:1");
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
        List<BuiltImage> images = MetadataFile.read(content, REQUEST, GROUP);
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
        var error = assertThrows(DockerException.class, () -> MetadataFile.read(content, REQUEST, more));
        assertEquals("buildx reported no digest for linux/s390x.", error.getMessage());
    }

    @Test
    void truncatedFileIsAnError() {
        assertThrows(DockerException.class, () -> MetadataFile.read("{\"linux_amd64\": {", REQUEST, GROUP));
    }

    @Test
    void fileThatIsTooLargeIsAnError() {
        String content = "{\"linux_amd64\": \"" + "x".repeat(MetadataFile.MAX_LENGTH) + "\"}";
        var error = assertThrows(DockerException.class, () -> MetadataFile.read(content, REQUEST, GROUP));
        assertEquals("The metadata file of buildx is larger than 16 MB and is not read.", error.getMessage());
    }
}
