package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A buildx builder, as {@code docker buildx inspect} shows it.
 *
 * @param name the builder's name
 * @param driver {@code docker}, {@code docker-container}, {@code kubernetes} or {@code remote}
 * @param platforms what its nodes can build, natively or by emulation
 * @param natives what its nodes are, as far as it is known
 * @param classicStore whether it is the builder of an engine that does not use the containerd image store
 * @param ociExporter whether it is known to write images into files
 * @param error why it does not work, or null
 * @param buildKits the versions of BuildKit that its nodes have, as buildx prints them, as far as it is known
 * @param endpoints what each of its nodes runs on: a Docker context or an address
 */
public record Builder(
        @NonNull String name,
        @NonNull String driver,
        @NonNull Set<Platform> platforms,
        @NonNull Set<Platform> natives,
        boolean classicStore,
        boolean ociExporter,
        @CheckForNull String error,
        @NonNull Set<String> buildKits,
        @NonNull List<String> endpoints) {

    /** Engines with the containerd image store do not list 32-bit platforms that a 64-bit one includes. */
    private static final Map<String, String> WIDER = Map.of("arm", "arm64", "386", "amd64");

    /** The label by which buildx recognises the containerd image store. */
    private static final String CONTAINERD_STORE = " org.mobyproject.buildkit.worker.snapshotter:";

    /**
     * What buildx says of a builder whose start took more than the 20 seconds that buildx gives itself for both the start
     * and the questions after it, as it does when BuildKit's image has to be pulled. It has started nonetheless.
     */
    private static final String TOO_LATE = "context deadline exceeded";

    /** Returns the first arguments of {@code docker} for a builder or, with null, the current one. */
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
     * Inspects a builder and starts it if necessary.
     *
     * @param builder its name, or null for the current one
     * @throws DockerException if there is no Docker, no buildx or no such builder, or it does not work
     */
    @NonNull
    public static Builder inspect(@NonNull Docker docker, @CheckForNull String builder)
            throws IOException, InterruptedException, DockerException {
        Builder found = start(docker, builder);
        if (found.error != null && found.error.contains(TOO_LATE)) {
            found = start(docker, builder);
        }
        if (found.error != null) {
            throw BuildErrors.ofBrokenBuilder(found.name, found.error);
        }
        return found;
    }

    private static Builder start(Docker docker, @CheckForNull String builder)
            throws IOException, InterruptedException, DockerException {
        Docker.Output output = docker.run(command(builder, "inspect", "--bootstrap"));
        if (!output.succeeded()) {
            throw BuildErrors.ofBuilder(builder, output.stderr());
        }
        return parse(output.stdout());
    }

    /** Reads what {@code docker buildx inspect} printed; unknown lines and platforms are ignored. */
    @NonNull
    public static Builder parse(@NonNull String inspected) {
        String name = "";
        String driver = "";
        String error = null;
        boolean labelled = false;
        boolean containerdStore = false;
        Set<Platform> platforms = new LinkedHashSet<>();
        Set<Platform> natives = new LinkedHashSet<>();
        Set<String> buildKits = new LinkedHashSet<>();
        List<String> endpoints = new ArrayList<>();
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
                case "Endpoint" -> endpoints.add(value);
                // buildx before 0.13 has the first name
                case "Buildkit", "BuildKit version" -> buildKits.add(value);
                // without any labels, a missing one means nothing
                case "Labels" -> labelled = true;
                case "Platforms" -> {
                    addPlatforms(platforms, value);
                    // a node lists its own platform first, unless its platforms were chosen when it was created
                    addPlatforms(natives, value.contains("*") ? "" : value.replaceFirst(",.*", ""));
                }
                default -> {}
            }
        }
        boolean engine = driver.equals("docker");
        boolean classicStore = engine && labelled && !containerdStore;
        return new Builder(
                name,
                driver,
                platforms,
                natives,
                classicStore,
                !engine || containerdStore,
                error,
                buildKits,
                endpoints);
    }

    /** Returns those of the platforms that this builder cannot build. */
    @NonNull
    public List<Platform> lacking(@NonNull List<Platform> wanted) {
        return wanted.stream().filter(platform -> !builds(platform)).toList();
    }

    /** Returns name, driver and, where it limits builds, image store, for a message. */
    @NonNull
    public Sentence title() {
        return Sentence.of(classicStore ? "Builder.titleClassic" : "Builder.title", name, driver);
    }

    /** Returns the platforms that it can build, for a message. */
    @NonNull
    public String platformNames() {
        return platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
    }

    /** Returns those of the platforms that this builder emulates, as far as it is known. */
    @NonNull
    public Set<Platform> emulated(@NonNull List<Platform> wanted) {
        return natives.isEmpty()
                ? Set.of()
                : wanted.stream().filter(platform -> !has(natives, platform)).collect(Collectors.toSet());
    }

    private boolean builds(Platform platform) {
        return has(platforms, platform);
    }

    private static boolean has(Set<Platform> platforms, Platform platform) {
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
                // newer than Platform's list, so nobody can ask for it
                continue;
            }
        }
    }
}
