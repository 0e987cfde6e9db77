package io.jenkins.plugins.multiarchbuild.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class SavedFilesTest {

    private static final byte[] PROGRAM = TestElf.program(TestElf.AMD64, "/lib64/ld-linux-x86-64.so.2");

    @Test
    void nothingIsLost() throws Exception {
        ImageFiles files = new TestTar()
                .link("bin", "usr/bin")
                .file("usr/bin/app", PROGRAM)
                .file("usr/bin/same", PROGRAM)
                .data("usr/lib/libapp.so", TestElf.program(TestElf.ARM64))
                .script("start", "#!/bin/sh\nexec /usr/bin/app\nexec other --flag\n")
                .data("script", "#!/usr/bin/env python3\n".getBytes())
                .script("\u65e5\u672c", "not a script")
                .files();

        ImageFiles read = SavedFiles.read(SavedFiles.write(files));

        assertEquals(7, read.all().size());
        assertEquals(files.all(), read.all());
        assertEquals(files.size(), read.size());
        assertTrue(read.hasAllExecutables());
        assertSame(
                ((ImageFiles.Program) read.get("/usr/bin/app")).program(),
                ((ImageFiles.Program) read.get("/usr/bin/same")).program());
        assertEquals(
                "/usr/bin/other",
                read.with(new TestTar().link("app", "/bin/other").stream()).resolve("/app"));
    }

    @Test
    void noFilesAreFilesToo() throws Exception {
        assertEquals(0, SavedFiles.read(SavedFiles.write(ImageFiles.NONE)).size());
    }

    @Test
    void pathThatIsTooLongIsNotSaved() throws Exception {
        ImageFiles files =
                new TestTar().file("d/".repeat(40_000) + "app", PROGRAM).files();
        assertEquals(1, files.all().size());
        assertNull(SavedFiles.write(files));
    }

    @Test
    void bytesThatWereCutShortOrChangedAreRefused() throws Exception {
        byte[] bytes = SavedFiles.write(new TestTar()
                .file("a", PROGRAM)
                .link("b", "a")
                .script("c", "#!/bin/sh\nexec a\n")
                .files());
        for (int i = 0; i < bytes.length; i++) {
            byte[] cut = Arrays.copyOf(bytes, i);
            assertThrows(IOException.class, () -> SavedFiles.read(cut), "the first " + i);
        }
        // behind the header, most of which nobody reads
        for (int i = 10; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            assertThrows(IOException.class, () -> SavedFiles.read(changed), "byte " + i);
        }
        assertThrows(IOException.class, () -> SavedFiles.read(new byte[100]));
    }

    /** A few kilobytes can say that there are millions of files, or a script with any number of commands. */
    @Test
    void bytesThatWouldFillTheMemoryAreRefused() throws Exception {
        String path = "/" + "a".repeat(60_000);
        byte[] files = bytes(out -> {
            for (int i = 0; i < 2000; i++) {
                out.writeBoolean(true);
                out.writeUTF(path);
                out.writeByte(3);
            }
        });
        assertTrue(files.length < 300_000, () -> files.length + " bytes");
        assertEquals(
                "the files take too much memory",
                assertThrows(IOException.class, () -> SavedFiles.read(files)).getMessage());

        byte[] kinds = bytes(out -> {
            for (int i = 0; i < 2000; i++) {
                writeProgram(out, "machine " + i);
            }
        });
        assertEquals(
                "the files take too much memory",
                assertThrows(IOException.class, () -> SavedFiles.read(kinds)).getMessage());
        byte[] name = bytes(out -> writeProgram(out, path));
        assertEquals(
                "a program has a name of 60001 characters",
                assertThrows(IOException.class, () -> SavedFiles.read(name)).getMessage());

        byte[] script = bytes(out -> {
            out.writeBoolean(true);
            out.writeUTF("/app");
            out.writeByte(1);
            out.writeBoolean(true);
            out.writeUTF("/bin/sh");
            out.writeByte(100);
        });
        assertEquals(
                "a script has 100 commands",
                assertThrows(IOException.class, () -> SavedFiles.read(script)).getMessage());
    }

    private static void writeProgram(DataOutputStream out, String architecture) throws IOException {
        out.writeBoolean(true);
        out.writeUTF("/app");
        out.writeByte(0);
        out.writeBoolean(true);
        out.writeUTF("linux");
        out.writeUTF(architecture);
        out.writeBoolean(false);
    }

    private interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(bytes))) {
            content.write(out);
        }
        return bytes.toByteArray();
    }
}
