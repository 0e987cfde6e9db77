package io.jenkins.plugins.multiarchbuild.kept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.text.SecretFinder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an agent may send as the progress of a bake. */
class ReceivedProgressTest {

    private static final String NOTE = "[multiArchBuild] The progress goes on here, and is too long to be kept.\n";

    @TempDir
    private Path directory;

    private Path file;
    private ReceivedProgress received;

    @BeforeEach
    void open() throws Exception {
        file = directory.resolve("progress.gz");
        received = new ReceivedProgress(file, new SecretFinder(List.of("hunter22", "wörd-wörd")), null);
    }

    @Test
    void progressStaysAsItIs() throws Exception {
        String log = "#1 [internal] load\n#1 DONE 0.0s\n\n#2 0.100 größer \r\n#2 0.2 not ended";

        assertEquals(log, kept(log));
    }

    /** Two steps print their secrets at the same time, and one fails. The times are those of shorter and longer steps. */
    @ParameterizedTest
    @ValueSource(strings = {"0.10", "12.1", "123."})
    void secretsAreMaskedAcrossTheLinesOfAStep(String time) throws Exception {
        String log = """
                #7 [a 2/3] RUN print
                #7 0.101 token=hun
                #8 0.102 hun is not
                #8 0.102 {"x":"w\\u00f6rd-wörd"}
                #7 0.103 ter22
                #8 0.104 a secret: hunter
                #8 ERROR: process failed
                 > [b 2/3] RUN print:
                0.102 hunt
                0.104 er22 and hunter22
                """;

        assertEquals("""
                #7 [a 2/3] RUN print
                #7 0.101 token=****
                #8 0.102 hun is not
                #8 0.102 {"x":"****"}
                #7 0.103 ****
                #8 0.104 a secret: hunter
                #8 ERROR: process failed
                 > [b 2/3] RUN print:
                0.102 ****
                0.104 **** and ****
                """.replace("0.10", time), kept(log.replace("0.10", time)));
    }

    /** Buildx shows steps in turns, and repeats a line that had no end yet when it showed another step. */
    @Test
    void secretsAreMaskedThatAStepPrintsInPieces() throws Exception {
        String log = """
                #7 [a 2/3] RUN print
                #7 0.101 token=hun
                #7 ...

                #8 [b 2/3] RUN print
                #8 0.102 token=hunt
                #8 ...

                #7 [a 2/3] RUN print
                #7 9.103 ter22
                #7 ...

                #8 [b 2/3] RUN print
                #8 0.102 token=hunter2
                #8 ...

                #7 [a 2/3] RUN print
                #7 DONE 9.2s

                #8 [b 2/3] RUN print
                #8 0.102 token=hunter22
                #8 DONE 9.3s
                """;
        String masked = """
                #7 [a 2/3] RUN print
                #7 0.101 token=****
                #7 ...

                #8 [b 2/3] RUN print
                #8 0.102 token=****
                #8 ...

                #7 [a 2/3] RUN print
                #7 9.103 ****
                #7 ...

                #8 [b 2/3] RUN print
                #8 0.102 token=****
                #8 ...

                #7 [a 2/3] RUN print
                #7 DONE 9.2s

                #8 [b 2/3] RUN print
                #8 0.102 token=****
                #8 DONE 9.3s
                """;

        assertEquals(masked, kept(log));
    }

    /** One that looks like a repetition of its beginning. */
    @Test
    void secretOfEqualPiecesIsMasked() throws Exception {
        received = new ReceivedProgress(file, new SecretFinder(List.of("22222222")), null);

        assertEquals("#7 0.100 ****\n#7 0.100 ****\n", kept("#7 0.100 2222\n#7 0.100 2222\n"));
    }

    @Test
    void secretsAreMaskedInALongLogToo() throws Exception {
        String lines = "#7 0.101 hun\n#8 0.102 other text\n#7 0.103 ter22 hunter22\n".repeat(40_000);

        assertEquals("#7 0.101 ****\n#8 0.102 other text\n#7 0.103 **** ****\n".repeat(40_000), kept(lines));
    }

    /** Each line takes memory, however short it is. */
    @Test
    void shortLinesAreNotHeldForLong() throws Exception {
        ByteArrayOutputStream passed = new ByteArrayOutputStream();

        new MaskedLines(new SecretFinder(List.of("hunter22")), passed)
                .write("\n".repeat(20_000).getBytes(StandardCharsets.US_ASCII));

        assertTrue(passed.size() > 10_000, () -> passed.size() + " lines");
    }

    @Test
    void longLineIsLeftOut() throws Exception {
        String log = "#7 0.1 before\n#7 0.1 " + "x".repeat(MaskedLines.LONGEST_LINE) + "hunter22\n#7 0.1 after\n";

        assertEquals(
                "#7 0.1 before\n[multiArchBuild] A line of more than 256 KiB is left out.\n#7 0.1 after\n", kept(log));
    }

    @Test
    void longProgressIsCut() throws Exception {
        byte[] noise = new byte[3 << 20];
        new Random(1).nextBytes(noise);
        String log = "#7 0.1 " + Base64.getMimeEncoder().encodeToString(noise) + "\n";

        send(deflated(log + log));

        assertTrue(received.await(1000));
        String kept = unzipped();
        assertTrue(kept.startsWith(log.substring(0, 100_000)));
        assertTrue(kept.endsWith(NOTE));
        assertTrue(Files.size(file) < 5 << 20, () -> file.toFile().length() + " bytes");
    }

    /** Each line takes time, however short it is. */
    @Test
    void progressOfTooManyLinesIsCut() throws Exception {
        send(deflated("\n".repeat((int) ReceivedProgress.MOST_LINES + (1 << 20))));

        assertTrue(received.await(1000));
        String kept = unzipped();
        assertTrue(kept.endsWith("\n" + NOTE));
        assertTrue(kept.length() <= ReceivedProgress.MOST_LINES + NOTE.length());
    }

    /** A hundred kilobytes that become a hundred megabytes. */
    @Test
    void bombIsCut() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(bytes)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 128; i++) {
                out.write(zeros);
            }
        }

        send(bytes.toByteArray());

        assertTrue(received.await(1000));
        assertEquals("[multiArchBuild] A line of more than 256 KiB is left out.\n" + NOTE, unzipped());
        assertThrows(IOException.class, () -> received.write(1));
    }

    @Test
    void otherBytesAreRefused() {
        assertThrows(IOException.class, () -> received.write("not compressed".getBytes(StandardCharsets.UTF_8)));

        assertThrows(IOException.class, () -> received.await(1000));
    }

    @Test
    void agentThatNeverEndsIsNotWaitedFor() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, true)) {
            out.write("#7 0.1 first\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            received.write(bytes.toByteArray());
        }

        assertTrue(received.await(10));
        assertEquals("#7 0.1 first\n" + NOTE, unzipped());
    }

    @Test
    void noLogIsToldFromAnEmptyLine() throws Exception {
        send(deflated(""));
        assertFalse(received.await(1000));
        assertTrue(received.isEmpty());
    }

    private String kept(String log) throws Exception {
        send(deflated(log));
        assertFalse(received.await(1000));
        assertFalse(received.isEmpty());
        return unzipped();
    }

    private void send(byte[] bytes) throws IOException {
        try (OutputStream out = received) {
            out.write(bytes);
        } catch (IOException e) {
            assertTrue(received.isCut(), e::toString);
        }
    }

    private static byte[] deflated(String log) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(log.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private String unzipped() throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
