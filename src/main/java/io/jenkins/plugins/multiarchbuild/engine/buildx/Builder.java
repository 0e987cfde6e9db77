package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A buildx builder as {@code docker buildx inspect} shows it.
 *
 * @param name the builder's name
 * @param driver {@code docker}, {@code docker-container}, {@code kubernetes} or {@code remote}
 * @param platforms what its nodes can build, natively or by emulation
 * @param classicStore whether it is an engine's own builder and that engine does without the containerd image store
 * @param error what keeps it from working, or null
 */
public record Builder(
        @NonNull String name,
        @NonNull String driver,
        @NonNull Set<Platform> platforms,
        boolean classicStore,
        @CheckForNull String error) {

    /** Engines with the containerd image store list 32 bits under the 64 bits that, in containerd's eyes, include them. */
    private static final Map<String, String> WIDER = Map.of("arm", "arm64", "386", "amd64");

    /** What buildx itself tells the image stores apart by. */
    private static final String CONTAINERD_STORE = " org.mobyproject.buildkit.worker.snapshotter:";

    /** The beginning of a buildx command line, without {@code docker}, for a builder or, with null, the current one. */
    @NonNull
    static List<String> command(@CheckForNull String builder, @NonNull String... words) {
        List<String> command = new ArrayList<>(List.of("buildx"));
        if (builder != null) {
            command.addAll(List.of("--builder", builder));
        }
        command.addAll(List.of(words));
        return command;
    }

    /**
     * Asks for a builder, starting it if need be.
     *
     * @param builder its name, or null for the current one
     * @throws BuildxException if there is no Docker, no buildx or no such builder, or it does not work
     */
    @NonNull
    public static Builder inspect(@NonNull Docker docker, @CheckForNull String builder)
            throws IOException, InterruptedException, BuildxException {
        Docker.Output output = docker.run(command(builder, "inspect", "--bootstrap"));
        if (!output.succeeded()) {
            throw new BuildxException(Failure.ofBuilder(builder, output.stderr()));
        }
        Builder found = parse(output.stdout());
        if (found.error != null) {
            throw new BuildxException("The builder '" + found.name + "' does not work: " + found.error);
        }
        return found;
    }

    /** Reads what {@code docker buildx inspect} printed; lines and platforms that are not known are passed over. */
    @NonNull
    public static Builder parse(@NonNull String inspected) {
        String name = "";
        String driver = "";
        String error = null;
        boolean labelled = false;
        boolean containerdStore = false;
        Set<Platform> platforms = new LinkedHashSet<>();
        for (String line : inspected.lines().toList()) {
            int colon = line.indexOf(':');
            containerdStore |= line.startsWith(CONTAINERD_STORE);
            if (colon < 0 || line.startsWith(" ")) {
                continue;
            }
            String value = line.substring(colon + 1).trim();
            switch (line.substring(0, colon)) {
                case "Name" -> name = name.isEmpty() ? value : name;
                case "Driver" -> driver = value;
                case "Error" -> error = value;
                // where no labels are shown at all, nothing can be told from their lack
                case "Labels" -> labelled = true;
                case "Platforms" -> addPlatforms(platforms, value);
                default -> {}
            }
        }
        boolean classicStore = driver.equals("docker") && labelled && !containerdStore;
        return new Builder(name, driver, platforms, classicStore, error);
    }

    /** The platforms among those wanted that this builder cannot build. */
    @NonNull
    public List<Platform> lacking(@NonNull List<Platform> wanted) {
        return wanted.stream().filter(platform -> !builds(platform)).toList();
    }

    /** Its name, its driver and, where it limits what can be built, its image store, for a message. */
    @NonNull
    public String title() {
        return "'" + name + "' (driver " + driver + (classicStore ? ", without the containerd image store" : "") + ")";
    }

    /** The platforms it has, for a message. */
    @NonNull
    public String platformNames() {
        return platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
    }

    private boolean builds(Platform platform) {
        return platforms.contains(platform)
                || platforms.contains(new Platform(platform.os(), platform.architecture(), null))
                || platforms.contains(new Platform(
                        platform.os(), WIDER.getOrDefault(platform.architecture(), platform.architecture()), null));
    }

    private static void addPlatforms(Set<Platform> platforms, String list) {
        for (String platform : list.split(",")) {
            try {
                platforms.add(Platform.parse(platform.replace("*", "")));
            } catch (InvalidRequestException e) {
                // a platform newer than this list of them: nobody can ask for it either
                continue;
            }
        }
    }
}
