package io.jenkins.plugins.multiarchbuild.engine.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The program behind {@code docker buildx}. Calling it directly takes half the time, because {@code docker} starts it
 * twice: first to ask for its metadata. Where {@code docker} is a script, it may do more than that and is called
 * instead.
 */
public final class BuildxPlugin {

    /** The program's file name. */
    public static final String NAME = "docker-buildx";

    /** Where {@code docker} on Unix looks for plugins of all users. */
    private static final List<String> SYSTEM = List.of(
            "/usr/local/lib/docker/cli-plugins",
            "/usr/local/libexec/docker/cli-plugins",
            "/usr/lib/docker/cli-plugins",
            "/usr/libexec/docker/cli-plugins");

    private BuildxPlugin() {}

    /**
     * Returns the directories where {@code docker} on Unix looks for plugins, in that order.
     *
     * @param config text of the configuration file in force, or null if there is none
     * @param own the {@code cli-plugins} directory of that configuration, or null if it has none
     */
    @NonNull
    public static List<String> directories(@CheckForNull String config, @CheckForNull String own) {
        List<String> directories = new ArrayList<>();
        try {
            for (JsonNode extra :
                    new ObjectMapper().readTree(config == null ? "{}" : config).path("cliPluginsExtraDirs")) {
                directories.add(extra.asText());
            }
        } catch (JsonProcessingException e) {
            // docker itself reports what is wrong with it
            return List.of();
        }
        if (own != null) {
            directories.add(own);
        }
        directories.addAll(SYSTEM);
        return directories;
    }

    /**
     * Looks for the program on this machine.
     *
     * @param searchPath value of {@code PATH}
     * @param directories as {@link #directories}
     * @return its path, or empty if {@code docker} should be called instead
     */
    @NonNull
    public static Optional<Path> find(@NonNull String searchPath, @NonNull List<String> directories) {
        boolean plain = first(List.of(searchPath.split(":")), "docker")
                .filter(BuildxPlugin::isBinary)
                .isPresent();
        return plain ? first(directories, NAME) : Optional.empty();
    }

    private static Optional<Path> first(List<String> directories, String name) {
        return directories.stream()
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean isBinary(Path program) {
        try (InputStream file = Files.newInputStream(program)) {
            return !new String(file.readNBytes(2), StandardCharsets.ISO_8859_1).equals("#!");
        } catch (IOException e) {
            return false;
        }
    }
}
