package io.jenkins.plugins.multiarchbuild.engine.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an image in a layout consists of, and layouts that lie. */
class ImageLayoutTest {

    private final TestLayout layout = new TestLayout();
    private final Digest image = layout.image("arm64", "layer");

    @Test
    void imageWithoutAttestations() throws Exception {
        LayoutImage parts = layout.parts("arm64", image);

        assertEquals(image, parts.manifest());
        assertEquals(3, parts.blobs().size(), "manifest, configuration and layer");
        assertEquals(1, parts.layers());
        assertEquals(
                parts.bytes(),
                parts.size() + layout.read(parts.blobs().get(0).path()).length());
        assertTrue(parts.entries().get(0).endsWith("\"platform\":{\"architecture\":\"arm64\",\"os\":\"linux\"}}"));
    }

    @Test
    void attestationsComeWithTheImage() throws Exception {
        LayoutImage parts =
                layout.parts("arm64", layout.index(layout.attestation(image), TestLayout.descriptor(image, 1)));

        assertEquals(image, parts.manifest());
        assertEquals(2, parts.entries().size());
        assertEquals(6, parts.blobs().size());
        assertTrue(parts.entries().get(1).contains("\"vnd.docker.reference.digest\":\"" + image + "\""));
        assertEquals(layout.parts("arm64", image).size(), parts.size(), "the size of the image alone");
    }

    @Test
    void whatTheDigestsDoNotSayIsRefused() {
        layout.change(image, layoutText(image) + " ");
        assertRefused("arm64", image, image + " is not what its digest says.");
    }

    @Test
    void imageForAnotherPlatformIsRefused() {
        assertRefused(
                "amd64",
                image,
                "The image that was built for linux/amd64 cannot be archived:"
                        + " its configuration says linux/arm64.");
    }

    @Test
    void onlyOneImageAndItsAttestationsAreTaken() {
        Digest other = layout.image("arm64", "another layer");
        String entry = TestLayout.descriptor(image, 1);
        assertRefused("arm64", layout.index(entry, TestLayout.descriptor(other, 1)), "it has more than one image.");
        assertRefused("arm64", layout.index(entry, layout.attestation(other)), "an attestation about another image.");
        assertRefused("arm64", layout.index(), "it has no image.");
        assertRefused("arm64", layout.index(TestLayout.descriptor(layout.index(entry), 1)), "is not a digest");
        String[] many = IntStream.range(0, 101).mapToObj(i -> entry).toArray(String[]::new);
        assertRefused("arm64", layout.index(many), "it has 101 manifests.");
    }

    @Test
    void impossiblePartsAreRefused() {
        String config = layout.descriptor("{\"architecture\":\"arm64\",\"os\":\"linux\"}");
        for (String layer : new String[] {
            "{\"digest\":\"../../etc/passwd\",\"size\":1}",
            "{\"digest\":\"" + image + "\"}",
            "{\"digest\":\"" + image + "\",\"size\":-1}",
            "{\"digest\":\"" + image + "\",\"size\":99999999999999999}",
            "{\"digest\":\"sha512:" + "0".repeat(128) + "\",\"size\":1}"
        }) {
            Digest lie = layout.add("{\"config\":" + config + ",\"layers\":[" + layer + "]}");
            assertRefused("arm64", lie, "The image that was built for linux/arm64 cannot be archived: ");
        }
        Digest artifact = layout.add("{\"mediaType\":\"text/plain\",\"config\":" + config + "}");
        assertRefused("arm64", artifact, "it has a part that is not an image but text/plain.");
    }

    private String layoutText(Digest digest) {
        try {
            return layout.read("blobs/" + digest.value().replace(':', '/'));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertRefused(String platform, Digest built, String message) {
        DockerException e = assertThrows(DockerException.class, () -> layout.parts(platform, built));
        assertTrue(e.getMessage().contains(message), e::getMessage);
    }
}
