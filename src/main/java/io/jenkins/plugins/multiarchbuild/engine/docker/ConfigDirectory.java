package io.jenkins.plugins.multiarchbuild.engine.docker;

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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The directory of {@code DOCKER_CONFIG}: the user's own, and one that is created and that only its owner can read. */
public final class ConfigDirectory {

    private ConfigDirectory() {}

    /** Returns the home directory as {@code docker} has it: Java's own is that of the user, whatever HOME says. */
    @NonNull
    public static Path home(@NonNull Map<String, String> environment) {
        return Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
    }

    /**
     * Returns the directory of the user's own configuration.
     *
     * @param environment the environment of {@code docker}
     */
    @NonNull
    public static Path own(@NonNull Map<String, String> environment) {
        return variable(environment, "DOCKER_CONFIG").orElse(home(environment).resolve(".docker"));
    }

    /** Returns the path in a variable; an empty one counts as missing, as it does for {@code docker}. */
    @NonNull
    public static Optional<Path> variable(@NonNull Map<String, String> environment, @NonNull String name) {
        return Optional.ofNullable(environment.get(name))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
    }

    /**
     * Creates a directory that only its owner may enter.
     *
     * @param directory its path; missing parents are created
     */
    public static void create(@NonNull Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.createDirectories(directory, onlyOwner("rwx------"));
    }

    /**
     * Writes {@code config.json} and links the Docker contexts of the user's own configuration.
     *
     * @param directory a directory of {@link #create}
     * @param config the file's text
     * @param own the directory of the user's own configuration
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
     * Writes a file that only its owner can read, replacing an existing one.
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

    /** Copies the few small files on Windows, where ordinary users cannot create symbolic links. */
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
