package io.jenkins.plugins.multiarchbuild.source;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.Util;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Failure;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import jenkins.MasterToSlaveFileCallable;
import org.apache.tools.tar.TarEntry;
import org.apache.tools.tar.TarInputStream;

/**
 * Unpacks an archive of {@link PackSource} into an empty directory. The archive comes from another agent and is not
 * trusted: nothing is written outside of the directory, neither by a path nor through a symbolic link.
 */
public final class UnpackSource extends MasterToSlaveFileCallable<UnpackSource.Unpacked> {

    private static final long serialVersionUID = 1L;

    private static final int BUFFER = 128 * 1024;

    /** For each file, of which there can be many small ones. */
    private static final int COPY_BUFFER = 16 * 1024;

    private final InputStream archive;

    /** @param archive the bytes of the archive; it is closed */
    public UnpackSource(@NonNull InputStream archive) {
        this.archive = archive;
    }

    /**
     * The result of unpacking.
     *
     * @param entries number of files, directories and symbolic links
     * @param bytes size of the archive
     * @param sha256 checksum of the archive, in hexadecimal digits
     */
    record Unpacked(int entries, long bytes, @NonNull String sha256) implements Serializable {}

    @Override
    public Unpacked invoke(File directory, VirtualChannel channel) throws IOException, InterruptedException {
        MessageDigest digest = CheckedOutput.sha256Digest();
        int entries = 0;
        try (CountingInput counted = new CountingInput(archive);
                DigestInputStream checked = new DigestInputStream(counted, digest)) {
            // closed only after all bytes are part of the checksum
            TarInputStream tar = new TarInputStream(
                    new GZIPInputStream(new BufferedInputStream(checked, BUFFER), BUFFER),
                    StandardCharsets.UTF_8.name());
            Path root = directory.toPath().toRealPath();
            Map<Path, Integer> directories = new TreeMap<>(Comparator.reverseOrder());
            for (TarEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                try {
                    write(root, entry, tar, directories);
                } catch (FileSystemException e) {
                    throw e.getReason() == null
                            ? e
                            : new Failure(Sentence.of("UnpackSource.notWritten", root, entry.getName(), e.getReason()));
                }
                entries++;
            }
            // last, because nothing can be written into a read-only directory
            for (Map.Entry<Path, Integer> each : directories.entrySet()) {
                setMode(each.getKey(), each.getValue());
            }
            checked.transferTo(OutputStream.nullOutputStream());
            return new Unpacked(entries, counted.count, Util.toHexString(digest.digest()));
        }
    }

    private static void write(Path root, TarEntry entry, InputStream content, Map<Path, Integer> directories)
            throws IOException, InterruptedException {
        Path target = place(root, entry.getName());
        createParents(root, target, entry.getName());
        if (entry.isDirectory()) {
            if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(target);
            }
            directories.put(target, entry.getMode());
        } else if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, root.getFileSystem().getPath(entry.getLinkName()));
        } else if (entry.isLink() || entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
            throw new Failure(Sentence.of("UnpackSource.unusual", entry.getName()));
        } else {
            try (OutputStream file = Files.newOutputStream(
                    target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                copy(content, file, target);
            }
            Files.setLastModifiedTime(target, FileTime.from(entry.getModTime().toInstant()));
            setMode(target, entry.getMode());
        }
    }

    /** An error of the file is told apart from one of the archive, which comes from elsewhere. */
    private static void copy(InputStream content, OutputStream file, Path target) throws IOException {
        byte[] buffer = new byte[COPY_BUFFER];
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            try {
                file.write(buffer, 0, read);
            } catch (IOException e) {
                throw new FileSystemException(target.toString(), null, e.getMessage());
            }
        }
    }

    /** Checks one parent after the other, since a link among them would lead all further ones elsewhere. */
    private static void createParents(Path root, Path target, String name) throws IOException {
        Path parent = root;
        for (Path part : root.relativize(target.getParent())) {
            parent = parent.resolve(part);
            if (Files.isSymbolicLink(parent)) {
                throw new Failure(Sentence.of("UnpackSource.link", name));
            }
            if (!Files.isDirectory(parent)) {
                Files.createDirectory(parent);
            }
        }
    }

    private static void setMode(Path target, int mode) throws IOException, InterruptedException {
        new FilePath(target.toFile()).chmod(mode & 0777);
    }

    private static Path place(Path root, String name) throws IOException {
        try {
            Path target = root.resolve(name).normalize();
            if (!target.startsWith(root) || target.equals(root)) {
                throw new Failure(Sentence.of("UnpackSource.outside", name));
            }
            return target;
        } catch (InvalidPathException e) {
            throw new InvalidRequestException(Sentence.of("UnpackSource.locale", name));
        }
    }

    /** Counts what is read. */
    private static final class CountingInput extends FilterInputStream {

        private long count;

        CountingInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = in.read(buffer, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }
}
