package io.jenkins.plugins.multiarchbuild.engine.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives, as tar reads them, and what happens to a file that is there already. */
class OciArchiveTest {

    private static final String PREFIX = ".part-";

    @TempDir
    private Path directory;

    private final TestLayout layout = new TestLayout();
    private Path file;
    private LayoutImage amd64;
    private LayoutImage arm64;

    @BeforeEach
    void images() throws Exception {
        file = directory.resolve("app.tar");
        Digest image = layout.image("arm64", "layer");
        amd64 = layout.parts("amd64", layout.image("amd64", "layer"));
        arm64 = layout.parts("arm64", layout.index(TestLayout.descriptor(image, 1), layout.attestation(image)));
    }

    @Test
    void sameContentsGiveTheSameBytes() throws Exception {
        ArchiveContents contents = ArchiveContents.of(
                List.of(amd64, arm64),
                Map.of("key", "value"),
                List.of(ImageReference.parse("app:1.0"), ImageReference.parse("r.example/app:latest")));
        OciArchive.write(file, PREFIX, contents, layout::open);
        byte[] first = Files.readAllBytes(file);
        OciArchive.write(file, PREFIX, contents, layout::open);

        assertArrayEquals(first, Files.readAllBytes(file));
        String names = tar("-tf");
        assertTrue(names.startsWith("blobs/\nblobs/sha256/\noci-layout\nindex.json\n"), names);
        // the layer is common to both, and there are an index, 3 manifests, 3 configurations and the attestation
        assertEquals(4 + 9, names.lines().count(), names);
        String entry = tar("-xOf", "index.json");
        assertTrue(
                entry.contains("\"io.containerd.image.name\":\"docker.io/library/app:1.0\","
                        + "\"org.opencontainers.image.ref.name\":\"1.0\""),
                entry);
        assertTrue(entry.contains("\"r.example/app:latest\""), entry);
        String index = tar("-xOf", Blob.of(contents.index()).path());
        assertEquals(contents.digest(), Digest.of(index));
        assertTrue(index.endsWith("\"annotations\":{\"key\":\"value\"}}"), index);
        assertEquals(List.of("app.tar"), names());
    }

    @Test
    void changedPartLeavesTheOldFile() throws Exception {
        Files.writeString(file, "old");
        Files.writeString(directory.resolve(PREFIX + "of-an-earlier-attempt"), "x");
        ArchiveContents contents = ArchiveContents.of(List.of(amd64, arm64), Map.of(), List.of());
        for (String content : new String[] {"LAYER", "lay", ""}) {
            DockerException e = assertThrows(
                    DockerException.class,
                    () -> OciArchive.write(file, PREFIX, contents, blob -> changed(blob, content)));
            assertTrue(
                    e.getMessage().startsWith("A part of the image has been changed: ")
                            || e.getMessage().startsWith("The image is not complete: of "),
                    e::getMessage);
        }
        assertThrows(
                IOException.class,
                () -> OciArchive.write(file, PREFIX, contents, blob -> {
                    throw new IOException("gone");
                }));

        assertEquals("old", Files.readString(file));
        assertEquals(List.of("app.tar"), names());
    }

    @Test
    void imagesOfOnePlatformAreNotPutTogether() {
        DockerException e = assertThrows(
                DockerException.class, () -> ArchiveContents.of(List.of(amd64, amd64), Map.of(), List.of()));
        assertEquals("The images cannot be put together: it has two images for one platform.", e.getMessage());
    }

    @Test
    void sizesOfManyGigabytesAreWritten() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new TarWriter(out).file("a", 1L << 33);
        byte[] header = out.toByteArray();
        assertEquals((byte) 0x80, header[124]);
        assertEquals(BigInteger.ONE.shiftLeft(33), new BigInteger(1, Arrays.copyOfRange(header, 125, 136)));
        out.reset();
        new TarWriter(out).file("a", (1L << 33) - 1);
        assertEquals("77777777777", out.toString(StandardCharsets.US_ASCII).substring(124, 135));
    }

    private InputStream changed(Blob blob, String content) {
        return blob.digest().equals(Digest.of("layer"))
                ? new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8))
                : layout.open(blob);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> each.getFileName().toString()).toList();
        }
    }

    private String tar(String option, String... names) throws Exception {
        String[] command = Stream.concat(Stream.of("tar", option, file.toString()), Stream.of(names))
                .toArray(String[]::new);
        Process tar = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, tar.waitFor(), output);
        return output;
    }
}
