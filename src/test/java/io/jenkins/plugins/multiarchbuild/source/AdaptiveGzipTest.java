package io.jenkins.plugins.multiarchbuild.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class AdaptiveGzipTest {

    private static final int LENGTH = 3 * AdaptiveGzip.STORED + 12_345;

    private final Random random = new Random(1);

    /** With text before and after, so that it changes its mind twice. */
    @Test
    void whatIsInItComesOutAgain() throws Exception {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(text(LENGTH));
        content.write(noise(LENGTH));
        content.write(text(LENGTH));

        byte[] packed = pack(content.toByteArray(), 50_000);

        assertArrayEquals(content.toByteArray(), new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes());
        assertTrue(packed.length < LENGTH * 1.3, packed.length + " bytes");
    }

    @Test
    void textGetsSmaller() throws Exception {
        int length = pack(text(LENGTH), 8192).length;

        assertTrue(length < LENGTH / 10, length + " bytes");
    }

    @Test
    void noiseHardlyGrows() throws Exception {
        int length = pack(noise(LENGTH), LENGTH).length;

        assertTrue(length < LENGTH * 1.001, length + " bytes");
    }

    private static byte[] pack(byte[] content, int part) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (AdaptiveGzip gzip = new AdaptiveGzip(packed, 128 * 1024)) {
            for (int from = 0; from < content.length; from += part) {
                gzip.write(content, from, Math.min(part, content.length - from));
            }
        }
        return packed.toByteArray();
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'a');
        return bytes;
    }
}
