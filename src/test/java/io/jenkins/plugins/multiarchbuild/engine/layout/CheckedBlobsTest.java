package io.jenkins.plugins.multiarchbuild.engine.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blobs that arrive as they should, and blobs that do not. */
class CheckedBlobsTest {

    private final List<Blob> blobs = List.of(Blob.of(""), Blob.of("one"), Blob.of(""), Blob.of("three"), Blob.of(""));
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void allBlobsInAnyPieces() throws Exception {
        for (int size = 1; size <= 8; size++) {
            out.reset();
            CheckedBlobs checked = new CheckedBlobs(blobs, out);
            String all = "onethree";
            for (int i = 0; i < all.length(); i += size) {
                write(checked, all.substring(i, Math.min(i + size, all.length())));
            }
            checked.awaitAll(1);
            assertEquals(all, out.toString(StandardCharsets.UTF_8));
        }
    }

    @Test
    void otherBytesAreRefused() throws Exception {
        CheckedBlobs changed = new CheckedBlobs(blobs, out);
        assertThrows(IOException.class, () -> write(changed, "on3three"));
        assertThrows(IOException.class, () -> write(changed, "three"));
        assertThrows(IOException.class, () -> changed.awaitAll(1));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        CheckedBlobs more = new CheckedBlobs(blobs, out);
        assertThrows(IOException.class, () -> write(more, "onethreefour"));
        CheckedBlobs none = new CheckedBlobs(List.of(), out);
        none.awaitAll(1);
        assertThrows(IOException.class, () -> none.write('x'));
        CheckedBlobs less = new CheckedBlobs(blobs, out);
        write(less, "onethre");
        IOException e = assertThrows(IOException.class, () -> less.awaitAll(1));
        assertEquals("the image has not arrived in full, only 7 bytes", e.getMessage());
    }

    private static void write(CheckedBlobs checked, String text) throws IOException {
        checked.write(text.getBytes(StandardCharsets.UTF_8), 0, text.length());
    }
}
