package io.jenkins.plugins.multiarchbuild.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.AbortException;
import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.call.PackedSource;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.tools.tar.TarConstants;
import org.apache.tools.tar.TarEntry;
import org.apache.tools.tar.TarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the archive of the source keeps, and what it does not let through. */
class SourceArchiveTest {

    private static final String LONG = "n".repeat(200);

    @TempDir
    private Path temporary;

    private Path source;
    private Path target;
    private SourceArchive archive;

    @BeforeEach
    void directories() throws IOException {
        source = Files.createDirectory(temporary.resolve("source")).toRealPath();
        target = Files.createDirectory(temporary.resolve("target")).toRealPath();
        Files.writeString(source.resolve("Dockerfile"), "FROM scratch\n");
        archive = new SourceArchive(
                Files.createDirectory(temporary.resolve("run")).resolve("source.tar.gz"));
    }

    @AfterEach
    void makeRemovable() throws Exception {
        new ProcessBuilder("chmod", "-R", "u+rwX", temporary.toString()).start().waitFor();
    }

    @Test
    void everyKindOfFileIsKept() throws Exception {
        Path locked = Files.createDirectories(source.resolve("locked"));
        Files.writeString(locked.resolve("script"), "#!/bin/sh\n");
        mode(locked.resolve("script"), "r-xr-x---");
        Files.writeString(source.resolve("none"), "text");
        mode(source.resolve("none"), "---------");
        Files.createDirectories(locked.resolve("empty"));
        mode(locked.resolve("empty"), "rwx------");
        mode(locked, "r-xr-xr-x");
        Path deep = source.resolve(LONG + "/" + LONG + "/" + LONG);
        Files.createDirectories(deep);
        Files.writeString(deep.resolve("é 中文\u00a0'\"$(x)\n"), "text");
        Files.createSymbolicLink(source.resolve("link"), Path.of("locked/script"));
        Files.createSymbolicLink(source.resolve("dangling"), Path.of("../" + LONG + "/" + LONG));
        Files.createSymbolicLink(source.resolve("away"), Path.of("/etc"));

        PackedSource packed = transfer();

        assertEquals(12, packed.entries());
        assertEquals("r-xr-xr-x", mode(target.resolve("locked")));
        assertEquals("r-xr-x---", mode(target.resolve("locked/script")));
        assertEquals("rwx------", mode(target.resolve("locked/empty")));
        assertEquals("---------", mode(target.resolve("none")));
        assertEquals("text", Files.readString(target.resolve(source.relativize(deep) + "/é 中文\u00a0'\"$(x)\n")));
        assertEquals(Path.of("locked/script"), Files.readSymbolicLink(target.resolve("link")));
        assertEquals(Path.of("../" + LONG + "/" + LONG), Files.readSymbolicLink(target.resolve("dangling")));
        assertEquals(Path.of("/etc"), Files.readSymbolicLink(target.resolve("away")));
    }

    @Test
    void claimsThatAreNotTrueAreErrors() throws Exception {
        PackedSource honest = archive.pack(new FilePath(source.toFile()), List.of(source()));
        String other = honest.sha256().replace('a', 'b').replace('0', '1');
        for (PackedSource lie : new PackedSource[] {
            new PackedSource(honest.source(), honest.entries() + 1, honest.bytes(), honest.sha256()),
            new PackedSource(honest.source(), honest.entries(), honest.bytes() + 1, honest.sha256()),
            new PackedSource(honest.source(), honest.entries(), honest.bytes(), other)
        }) {
            new FilePath(target.toFile()).deleteContents();
            IOException error = assertThrows(
                    IOException.class, () -> archive.unpack(new FilePath(target.toFile()), lie), lie::toString);
            assertTrue(error.getMessage().startsWith("The source is not complete: "), error::getMessage);
        }
        assertThrows(InvalidRequestException.class, () -> new PackedSource(honest.source(), -1, 0, other));
        assertThrows(InvalidRequestException.class, () -> new PackedSource(honest.source(), 0, -1, other));
        assertThrows(InvalidRequestException.class, () -> new PackedSource(honest.source(), 0, 0, "../x"));
    }

    @Test
    void otherSourcesThanAskedForAreErrors() throws Exception {
        PackedSource honest = archive.pack(new FilePath(source.toFile()), List.of(source()));
        BuildSource more = new BuildSource(
                ".", null, PlatformMap.EMPTY, new NamedContexts(PlatformValues.of(Map.of("more", "x"))));
        ResolveSource resolve = new ResolveSource(source(), List.of(Platform.parse("amd64")), "/w", "/p", "liar");
        for (Object answer : new Object[] {null, more, BuildSource.WORKSPACE}) {
            assertThrows(AbortException.class, () -> resolve.in(agentThatAnswers(answer)));
        }
        PackedSource lie = new PackedSource(more, honest.entries(), 0, honest.sha256());
        IOException error =
                assertThrows(IOException.class, () -> archive.pack(agentThatAnswers(lie), List.of(source())));
        assertTrue(error.getMessage().contains("another source than it was asked for"), error::getMessage);
        assertThrows(
                InvalidRequestException.class,
                () -> new BuildSource("x".repeat(5000), null, PlatformMap.EMPTY),
                "too long to be kept");
    }

    private static FilePath agentThatAnswers(Object answer) {
        VirtualChannel channel = (VirtualChannel) Proxy.newProxyInstance(
                SourceArchiveTest.class.getClassLoader(),
                new Class<?>[] {VirtualChannel.class},
                (proxy, method, arguments) -> method.getName().equals("call") ? answer : null);
        return new FilePath(channel, "/w");
    }

    @Test
    void bytesThatNeverComeAreNotAwaitedForEver() throws Exception {
        CheckedOutput received = new CheckedOutput(OutputStream.nullOutputStream());
        received.write(new byte[10]);
        assertTrue(received.awaitCount(10, 1));
        assertFalse(received.awaitCount(11, 1));
        assertFalse(received.awaitCount(Long.MAX_VALUE, 1));
    }

    @Test
    void truncatedArchiveIsAnError() throws Exception {
        Files.write(source.resolve("x"), new byte[100_000]);
        PackedSource packed = archive.pack(new FilePath(source.toFile()), List.of(source()));
        Path file = temporary.resolve("run/source.tar.gz");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThrows(IOException.class, () -> archive.unpack(new FilePath(target.toFile()), packed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "..", ".", "%s/x", "//%s/x", "a/../../target-x"})
    void nothingIsWrittenOutside(String name) throws Exception {
        byte[] tar = tar(new TarEntry(name.replace("%s", temporary + "/elsewhere"), true), "harm");

        IOException error = assertThrows(IOException.class, () -> unpack(tar));

        assertTrue(error.getMessage().contains("outside of its directory"), error::getMessage);
        assertEquals(3, temporary.toFile().list().length + target.toFile().list().length, "source, target, run");
    }

    @Test
    void nothingIsWrittenThroughLink() throws Exception {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Files.writeString(outside.resolve("file"), "before");
        for (String path : new String[] {"link/file", "link/new", "link/deeper/new", "link/deeper/and/new", "link"}) {
            new FilePath(target.toFile()).deleteContents();
            TarEntry link = new TarEntry("link", TarConstants.LF_SYMLINK);
            link.setLinkName(path.equals("link") ? "../outside/file" : "../outside");

            assertThrows(IOException.class, () -> unpack(tar(link, null, new TarEntry(path, true), "harm")), path);

            assertEquals("before", Files.readString(outside.resolve("file")));
            assertEquals(1, outside.toFile().list().length, path);
        }
    }

    /** A hard link would take in a file of the agent, and a device would be one. */
    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_LINK, TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO})
    void linksAndDevicesAreNotMade(byte type) throws Exception {
        TarEntry entry = new TarEntry("entry", type);
        entry.setLinkName("/etc/passwd");
        IOException error = assertThrows(IOException.class, () -> unpack(tar(entry, null)));
        assertTrue(error.getMessage().contains("'entry'"), error::getMessage);
        assertFalse(Files.exists(target.resolve("entry")));
    }

    @Test
    void setuidBitsAreNotTaken() throws Exception {
        TarEntry entry = new TarEntry("file", true);
        entry.setMode(0104755);
        unpack(tar(entry, "text"));
        assertEquals("rwxr-xr-x", mode(target.resolve("file")));
        assertEquals(0, (int) Files.getAttribute(target.resolve("file"), "unix:mode") & 07000);
    }

    private PackedSource transfer() throws Exception {
        PackedSource packed = archive.pack(new FilePath(source.toFile()), List.of(source()));
        archive.unpack(new FilePath(target.toFile()), packed);
        return packed;
    }

    private BuildSource source() {
        return new BuildSource(
                source.toString(),
                null,
                new PlatformMap(
                        Map.of("linux/amd64", source.resolve("Dockerfile").toString())));
    }

    private void unpack(byte[] tar) throws IOException, InterruptedException {
        new UnpackSource(new ByteArrayInputStream(tar)).invoke(target.toFile(), null);
    }

    /** An archive of pairs of an entry and its text. */
    private static byte[] tar(Object... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarOutputStream tar = new TarOutputStream(new GZIPOutputStream(bytes), StandardCharsets.UTF_8.name())) {
            for (int i = 0; i < entries.length; i += 2) {
                TarEntry entry = (TarEntry) entries[i];
                byte[] text = entries[i + 1] == null
                        ? new byte[0]
                        : entries[i + 1].toString().getBytes(StandardCharsets.UTF_8);
                entry.setSize(text.length);
                tar.putNextEntry(entry);
                tar.write(text);
                tar.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
