package io.jenkins.plugins.multiarchbuild.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageFilesTest {

    private static final byte[] PROGRAM = TestElf.program(TestElf.AMD64);

    @Test
    void linksAreFollowedInEveryPartOfAPath() throws Exception {
        ImageFiles files = new TestTar()
                .link("bin", "usr/bin")
                .link("usr/bin/sh", "/etc/alternatives/sh")
                .link("etc/alternatives/sh", "../../bin/dash")
                .file("usr/bin/dash", PROGRAM)
                .link("loop", "/loop")
                .files();
        assertEquals("/usr/bin/dash", files.resolve("/bin/sh"));
        assertInstanceOf(ImageFiles.Program.class, files.get("/usr/bin/dash"));
        assertEquals("/none", files.resolve("/none"));
        assertNull(files.resolve("/loop"));
        assertEquals("/usr/bin/dash", files.resolve("/../bin/./dash"));
    }

    @Test
    void longNamesAndHardLinks() throws Exception {
        String directory = "opt/" + "d".repeat(90) + "/" + "e".repeat(200) + "/";
        ImageFiles files = new TestTar()
                .file(directory + "app", PROGRAM)
                .entry("bin/app", '1', directory + "app", new byte[0])
                .link("bin/link", "/" + directory + "app")
                .files();
        assertInstanceOf(ImageFiles.Program.class, files.get("/" + directory + "app"));
        assertInstanceOf(ImageFiles.Program.class, files.get("/bin/app"));
        assertEquals("/" + directory + "app", files.resolve("/bin/link"));
    }

    @Test
    void nameWithoutAnyAsciiIsNotTheEnd() throws Exception {
        ImageFiles files = new TestTar()
                .data("\u00e9", new byte[10])
                .file("\u65e5\u672c", PROGRAM)
                .file("app", PROGRAM)
                .files();
        assertInstanceOf(ImageFiles.Program.class, files.get("/\u65e5\u672c"));
        assertInstanceOf(ImageFiles.Program.class, files.get("/app"));
    }

    @Test
    void layerAddsReplacesAndRemoves() throws Exception {
        ImageFiles lower = new TestTar()
                .link("bin", "usr/bin")
                .file("usr/bin/kept", PROGRAM)
                .file("usr/bin/removed", PROGRAM)
                .file("usr/bin/replaced", PROGRAM)
                .file("opt/old/a/program", PROGRAM)
                .file("opt/old-but-kept", PROGRAM)
                .file("srv/emptied/program", PROGRAM)
                .file("lib/directory/program", PROGRAM)
                .files();

        ImageFiles files = lower.with(new TestTar()
                        .directory("usr/bin")
                        .data("usr/bin/.wh.removed", new byte[0])
                        .data("usr/bin/replaced", new byte[10])
                        .entry("usr/bin/hard", '1', "usr/bin/kept", new byte[0])
                        .data("opt/.wh.old", new byte[0])
                        .file("srv/emptied/new", PROGRAM)
                        .data("srv/emptied/.wh..wh..opq", new byte[0])
                        .link("lib/directory", "/usr/bin")
                        .stream());

        List<String> programs = new ArrayList<>();
        files.forEachProgram((path, program) -> programs.add(path));
        assertEquals(List.of("/opt/old-but-kept", "/srv/emptied/new", "/usr/bin/hard", "/usr/bin/kept"), programs);
        assertEquals("/usr/bin/kept", files.resolve("/lib/directory/kept"));
        List<String> before = new ArrayList<>();
        lower.forEachProgram((path, program) -> before.add(path));
        assertEquals(7, before.size(), before.toString());
    }

    /** What becomes of them depends on the storage driver, or is not known here: the builder has to unpack the image. */
    @Test
    void layersThatCannotBeUnderstoodAreRefused() throws Exception {
        ImageFiles lower = new TestTar()
                .link("bin", "usr/bin")
                .file("usr/bin/app", PROGRAM)
                .files();
        byte[] sparse = "22 GNU.sparse.major=1\n".getBytes(StandardCharsets.UTF_8);
        Map<String, TestTar> layers = Map.of(
                "a file by way of a link", new TestTar().file("bin/app", PROGRAM),
                "a whiteout by way of a link", new TestTar().data("bin/.wh.app", new byte[0]),
                "a hard link by way of a link", new TestTar().entry("app", '1', "bin/app", new byte[0]),
                "an opaque root", new TestTar().data(".wh..wh..opq", new byte[0]),
                "a file with holes",
                        new TestTar().entry("PaxHeaders.0/x", 'x', "", sparse).file("x/app", PROGRAM),
                "a file with holes in the old format", new TestTar().entry("app", 'S', "", PROGRAM));
        layers.forEach((name, layer) -> assertThrows(IOException.class, () -> lower.with(layer.stream()), name));
        assertInstanceOf(
                ImageFiles.Program.class,
                lower.with(new TestTar()
                                        .directory("bin")
                                        .file("bin/new", PROGRAM)
                                        .entry("app", '1', "bin/new", new byte[0])
                                        .stream())
                        .get("/app"));
    }

    @Test
    void layerNamesAFileTwice() throws Exception {
        ImageFiles files = ImageFiles.NONE.with(new TestTar()
                .file("app", PROGRAM).file("dir/app", PROGRAM).data("app", new byte[10]).link("dir", "/x").stream());
        assertNull(files.get("/app"));
        assertNull(files.get("/dir/app"));
        assertEquals(new TestTar().link("dir", "/x").files().size(), files.size());
    }

    @Test
    void directoryOfAnOldArchiveIsNoFile() throws Exception {
        ImageFiles lower = new TestTar().file("opt/app", PROGRAM).files();
        ImageFiles files = lower.with(new TestTar().entry("opt/", '\0', "", new byte[0]).stream());
        assertInstanceOf(ImageFiles.Program.class, files.get("/opt/app"));
    }

    @Test
    void layerTurnsLinksAndFilesIntoDirectories() throws Exception {
        ImageFiles lower =
                new TestTar().link("bin", "usr/bin").file("app", PROGRAM).files();

        ImageFiles files = lower.with(new TestTar()
                .directory("bin/").file("bin/sh", PROGRAM).directory("app").file("app/main", PROGRAM).stream());

        assertEquals("/bin/sh", files.resolve("/bin/sh"));
        assertInstanceOf(ImageFiles.Program.class, files.get("/bin/sh"));
        assertNull(files.get("/app"));
        assertInstanceOf(ImageFiles.Program.class, files.get("/app/main"));
    }

    @Test
    void sizeIsThatOfWhatIsLeft() throws Exception {
        ImageFiles lower = new TestTar().file("a", PROGRAM).files();

        ImageFiles files = lower.with(new TestTar().file("b", PROGRAM).data(".wh.a", new byte[0]).stream());

        assertEquals(lower.size(), files.size());
        assertNull(files.get("/a"));
    }

    @Test
    void commandsOfScripts() throws Exception {
        String text = """
                #!/bin/sh
                # exec /comment
                find / -exec /found {} +
                set -e; exec "$@"
                if true; then exec "/a b" \\
                   --more; fi
                case x in a) exec /c;; b) exec d -e;; esac
                """;
        ImageFiles files = new TestTar()
                .script("script", text)
                .script("long", "#!/bin/sh\nexec /e\n#" + "x".repeat(4070) + "\nexec /cut-off\n")
                .script("many", "#!/bin/sh\n" + "exec /x\n".repeat(100))
                .data("data", "#!/bin/sh\nexec /y\n".getBytes(StandardCharsets.UTF_8))
                .files();
        assertEquals(List.of("\"/a b\"     --more", "/c", "d -e"), commands(files, "/script"));
        assertEquals(List.of("/e"), commands(files, "/long"));
        assertEquals(8, commands(files, "/many").size());
        assertEquals(List.of("/y"), commands(files, "/data"));
        assertFalse(files.get("/data").executable());
    }

    private static List<String> commands(ImageFiles files, String path) {
        return ((ImageFiles.Script) files.get(path)).commands();
    }

    @Test
    void archiveThatIsCutShortIsNoImage() {
        byte[] whole =
                new TestTar().file("a", new byte[2000]).file("b", PROGRAM).bytes();
        for (int length : new int[] {0, 100, 600, 2560, whole.length - 1024}) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(IOException.class, () -> ImageFiles.read(new ByteArrayInputStream(cut)), length + " bytes");
        }
    }

    @Test
    void millionsOfEntriesDoNotFillTheMemory() throws Exception {
        int count = 600_000;
        Enumeration<InputStream> entries = new Enumeration<>() {
            private int next;

            @Override
            public boolean hasMoreElements() {
                return next <= count;
            }

            @Override
            public InputStream nextElement() {
                byte[] bytes = next == count
                        ? new byte[1024]
                        : Arrays.copyOf(
                                new TestTar()
                                        .file("usr/lib/program-" + next, PROGRAM)
                                        .bytes(),
                                1536);
                next++;
                return new ByteArrayInputStream(bytes);
            }
        };
        long before = used();
        ImageFiles files = ImageFiles.read(new SequenceInputStream(entries));
        long after = used();
        assertFalse(files.isComplete());
        assertTrue(after - before < 64L * 1024 * 1024, (after - before) / 1024 / 1024 + " MiB");
        assertInstanceOf(ImageFiles.Program.class, files.get("/usr/lib/program-0"));
    }

    @Test
    void dataFilesOfALayerDoNotFillTheMemory() throws Exception {
        int count = 200_000;
        byte[] entry = new TestTar().data("data", new byte[0]).bytes();
        List<Long> used = new ArrayList<>();
        InputStream layer = new InputStream() {
            private int next;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                if (next == count) {
                    used.add(used());
                    next++;
                    Arrays.fill(buffer, offset, offset + 512, (byte) 0);
                    return 512;
                }
                if (next > count) {
                    return -1;
                }
                byte[] name =
                        ("data/of-which-there-are-very-many-in-this-layer-" + next++).getBytes(StandardCharsets.UTF_8);
                System.arraycopy(name, 0, entry, 0, name.length);
                System.arraycopy(entry, 0, buffer, offset, 512);
                return 512;
            }
        };
        long before = used();
        ImageFiles.NONE.with(layer);
        long rise = used.get(0) - before;
        assertTrue(rise < 12L * 1024 * 1024, rise / 1024 / 1024 + " MiB");
    }

    @Test
    void largeFileIsReadThrough() throws Exception {
        long size = 1L << 30;
        byte[] archive =
                new TestTar().file("data", new byte[0]).file("app", PROGRAM).bytes();
        System.arraycopy(String.format("%011o", size).getBytes(StandardCharsets.UTF_8), 0, archive, 124, 11);
        InputStream zeros = new InputStream() {
            private long left = size;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                int count = (int) Math.min(left, length);
                Arrays.fill(buffer, offset, offset + count, (byte) 0);
                left -= count;
                return count == 0 ? -1 : count;
            }
        };
        InputStream file = new SequenceInputStream(new ByteArrayInputStream(archive, 0, 512), zeros);
        ImageFiles files = ImageFiles.read(
                new SequenceInputStream(file, new ByteArrayInputStream(archive, 512, archive.length - 512)));
        assertInstanceOf(ImageFiles.Program.class, files.get("/app"));
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
