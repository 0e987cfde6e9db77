package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A directory to point {@code DOCKER_CONFIG} at, which only its owner can read. */
public final class ConfigDirectory {

    private ConfigDirectory() {}

    /**
     * Creates a directory that only its owner may enter.
     *
     * @param directory its path; its parent exists or can be made
     */
    public static void create(@NonNull Path directory) throws IOException {
        if (directory.getParent() != null) {
            Files.createDirectories(directory.getParent());
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
        Path file = directory.resolve("config.json");
        Files.deleteIfExists(file);
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), onlyOwner("rw-------"))) {
            channel.write(StandardCharsets.UTF_8.encode(config));
        }
        Path contexts = own.resolve("contexts");
        Path link = directory.resolve("contexts");
        if (Files.isDirectory(contexts) && !Files.exists(link)) {
            Files.createSymbolicLink(link, contexts);
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
