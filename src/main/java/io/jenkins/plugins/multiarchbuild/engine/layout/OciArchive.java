package io.jenkins.plugins.multiarchbuild.engine.layout;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * An <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image layout</a> in a tar
 * archive, as {@code docker load} and skopeo's {@code oci-archive:} read it. The same contents always give the same
 * bytes.
 */
public final class OciArchive {

    /** The directory of the blobs. */
    static final String BLOBS = "blobs/sha256/";

    private static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";

    private static final int BUFFER = 128 * 1024;

    private OciArchive() {}

    /** Opens the blobs, each of them once and in the order of the contents. */
    @FunctionalInterface
    public interface Blobs {

        @NonNull
        InputStream open(@NonNull Blob blob) throws IOException;
    }

    /** A file of the archive. */
    private record Entry(String name, Blob blob) {}

    /**
     * Writes an archive under a temporary name in the same directory, reads it back, and only then lets it take the
     * place of a file that may exist.
     *
     * @param file an existing directory's file
     * @param prefix how temporary names begin; what is left of an earlier attempt with it is removed
     * @throws DockerException if a blob is not what its digest says, or the archive is not what was written
     */
    public static void write(
            @NonNull Path file, @NonNull String prefix, @NonNull ArchiveContents contents, @NonNull Blobs blobs)
            throws IOException, DockerException {
        Path directory = file.resolveSibling("");
        removeParts(directory, prefix);
        Path part = directory.resolve(prefix + UUID.randomUUID());
        try {
            write(part, contents, blobs);
            check(part, contents);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Removes what a {@link #write} has left whose process was ended. */
    public static void removeParts(@NonNull Path directory, @NonNull String prefix) throws IOException {
        List<Path> left = new ArrayList<>();
        try (var files = Files.newDirectoryStream(
                directory, path -> directory.relativize(path).toString().startsWith(prefix))) {
            files.forEach(left::add);
        }
        for (Path each : left) {
            Files.deleteIfExists(each);
        }
    }

    private static List<Entry> entries(ArchiveContents contents) {
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry("oci-layout", Blob.of(LAYOUT)));
        entries.add(new Entry("index.json", Blob.of(contents.entry())));
        Blob index = Blob.of(contents.index());
        entries.add(new Entry(index.path(), index));
        contents.blobs().forEach(blob -> entries.add(new Entry(blob.path(), blob)));
        return entries;
    }

    private static void write(Path part, ArchiveContents contents, Blobs blobs) throws IOException, DockerException {
        List<String> texts = List.of(LAYOUT, contents.entry(), contents.index());
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
            TarWriter tar = new TarWriter(out);
            tar.directory("blobs/");
            tar.directory(BLOBS);
            int count = 0;
            for (Entry entry : entries(contents)) {
                tar.file(entry.name, entry.blob.size());
                try (InputStream content = count < texts.size()
                        ? new ByteArrayInputStream(texts.get(count).getBytes(StandardCharsets.UTF_8))
                        : blobs.open(entry.blob)) {
                    copy(content, entry.blob, out);
                }
                tar.padding(entry.blob.size());
                count++;
            }
            tar.end();
            out.flush();
            channel.force(true);
        }
    }

    /** Reads every byte of an archive, and compares it with its contents. */
    private static void check(Path part, ArchiveContents contents) throws IOException, DockerException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(part), BUFFER)) {
            ByteBuffer header = ByteBuffer.allocate(TarWriter.BLOCK);
            in.skipNBytes(2L * TarWriter.BLOCK);
            for (Entry entry : entries(contents)) {
                if (in.readNBytes(header.array(), 0, TarWriter.BLOCK) < TarWriter.BLOCK
                        || !name(header.array()).equals(entry.name)) {
                    throw new DockerException(Sentence.of("OciArchive.missing", entry.name));
                }
                copy(in, entry.blob, OutputStream.nullOutputStream());
                in.skipNBytes(-entry.blob.size() & (TarWriter.BLOCK - 1));
            }
            byte[] end = in.readAllBytes();
            if (!Arrays.equals(end, new byte[2 * TarWriter.BLOCK])) {
                throw new DockerException(Sentence.of("OciArchive.noEnd"));
            }
        }
    }

    private static String name(byte[] header) {
        int end = 0;
        while (header[end] != 0) {
            end++;
        }
        return new String(header, 0, end, StandardCharsets.US_ASCII);
    }

    /** Copies exactly the bytes of a blob. */
    private static void copy(InputStream content, Blob blob, OutputStream out) throws IOException, DockerException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER];
        long left = blob.size();
        while (left > 0) {
            int read = content.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new DockerException(
                        Sentence.of("OciArchive.incomplete", blob.digest(), (blob.size() - left), blob.size()));
            }
            digest.update(buffer, 0, read);
            out.write(buffer, 0, read);
            left -= read;
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(blob.hex())) {
            throw new DockerException(Sentence.of("OciArchive.changed", blob.digest(), found));
        }
    }

    /** Returns a SHA-256 digest, which every Java has. */
    @NonNull
    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
