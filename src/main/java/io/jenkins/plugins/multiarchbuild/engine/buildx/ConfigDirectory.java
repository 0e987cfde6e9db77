package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/** A directory to point {@code DOCKER_CONFIG} at, which only its owner can read. */
public final class ConfigDirectory {

    private ConfigDirectory() {}

    /**
     * Creates a directory that only its owner may enter.
     *
     * @param directory its path; its parent exists or can be made
     */
    public static void create(@NonNull Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.createDirectories(directory, onlyOwner("rwx------"));
    }

    /**
     * Writes {@code config.json} and lets the directory share the Docker contexts of the configuration in force.
     *
     * @param directory a directory of {@link #create}
     * @param config the file's text
     * @param own the directory of the configuration in force
     */
    public static void write(@NonNull Path directory, @NonNull String config, @NonNull Path own) throws IOException {
        writeFile(directory.resolve("config.json"), config.getBytes(StandardCharsets.UTF_8));
        Path contexts = own.resolve("contexts");
        Path link = directory.resolve("contexts");
        if (Files.isDirectory(contexts) && !Files.exists(link)) {
            share(contexts, link);
        }
    }

    /**
     * Writes a file that only its owner can read, in place of one that may be there.
     *
     * @param file its path, in a directory of {@link #create}
     */
    public static void writeFile(@NonNull Path file, @NonNull byte[] content) throws IOException {
        Files.deleteIfExists(file);
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), onlyOwner("rw-------"))) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }

    /** Windows lets ordinary users make no symbolic link; there the few small files are copied. */
    private static void share(Path directory, Path link) throws IOException {
        try {
            Files.createSymbolicLink(link, directory);
        } catch (UnsupportedOperationException | FileSystemException e) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Files.copy(file, link.resolve(directory.relativize(file).toString()));
                }
            }
        }
    }

    private static FileAttribute<?>[] onlyOwner(String permissions) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
