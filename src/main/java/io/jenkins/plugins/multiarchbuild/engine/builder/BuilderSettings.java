package io.jenkins.plugins.multiarchbuild.engine.builder;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.Text;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings of a builder that is created when it is missing. Settings that exist are valid.
 *
 * @param name the name under which calls ask for it
 * @param driver its driver
 * @param endpoints where its nodes are, by the platforms that they build; empty for the agent's own engine or cluster
 * @param certificates id of the credentials with the TLS key and certificates for a remote one, or null
 * @param image the image of BuildKit, or null for buildx's default
 * @param options options of the driver, {@code name=value} each
 * @param mirrors mirrors by registry host
 * @param keepStorage how many bytes of cache are kept when BuildKit cleans up, or 0 for its default
 * @param minFree how many bytes have to be free where the cache lies before a build, or 0 for any number
 */
public record BuilderSettings(
        @NonNull String name,
        @NonNull Driver driver,
        @NonNull PlatformMap endpoints,
        @CheckForNull String certificates,
        @CheckForNull String image,
        @NonNull List<String> options,
        @NonNull Map<String, List<Mirror>> mirrors,
        long keepStorage,
        long minFree)
        implements Serializable {

    /** The prefix of the names of options that set a variable in BuildKit's container. */
    private static final String VARIABLE = "env.";

    /** The option of a container that says whose it is. */
    private static final String MARK = VARIABLE + "MULTI_ARCH_BUILD";

    /** The option of a pod that says whose it is, among others. */
    static final String ANNOTATIONS = "annotations=";

    private static final int DIGITS = 12;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private static final Pattern IMAGE = Pattern.compile("[a-zA-Z0-9][\\w.:/@-]{0,511}");

    private static final Pattern OPTION = Pattern.compile("(?<name>[a-z][\\w.-]*)=\\P{Cc}+");

    /** Options that have a setting of their own, or that point to files on the agent. */
    private static final Set<String> RESERVED = Set.of("image", "cacert", "cert", "key");

    /** @throws InvalidRequestException if a value is wrong or does not go with the driver */
    public BuilderSettings {
        options = List.copyOf(options);
        Map<String, List<Mirror>> copy = new LinkedHashMap<>();
        mirrors.forEach((registry, list) -> copy.put(registry, List.copyOf(list)));
        mirrors = Collections.unmodifiableMap(copy);
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRequestException(Sentence.of("BuilderSettings.noName", name));
        }
        for (String endpoint : endpoints.entries().values()) {
            if (!driver.isEndpoint(endpoint)) {
                throw wrong(
                        name,
                        driver == Driver.REMOTE
                                ? Sentence.of("BuilderSettings.remoteEndpoint", endpoint, driver)
                                : Sentence.of("BuilderSettings.endpoint", endpoint, driver));
            }
        }
        if (image != null && !IMAGE.matcher(image).matches()) {
            throw wrong(name, Sentence.of("BuilderSettings.noImage", image));
        }
        for (String option : options) {
            Text.checked("builder: options", option);
            if (!OPTION.matcher(option).matches()) {
                throw wrong(name, Sentence.of("BuilderSettings.noOption", option));
            }
            String key = option.substring(0, option.indexOf('='));
            if (RESERVED.contains(key) || key.equals(MARK)) {
                throw wrong(
                        name,
                        Sentence.of("BuilderSettings.reserved", key, key.equals("image") ? "image" : "certificates"));
            }
        }
        if (driver == Driver.REMOTE) {
            checkRemote(name, endpoints, image, mirrors, minFree);
        } else if (certificates != null) {
            throw wrong(name, Sentence.of("BuilderSettings.certificates"));
        }
    }

    private static void checkRemote(
            String name,
            PlatformMap endpoints,
            @CheckForNull String image,
            Map<String, List<Mirror>> mirrors,
            long minFree) {
        if (endpoints.entries().isEmpty()) {
            throw wrong(name, Sentence.of("BuilderSettings.noEndpoint"));
        }
        if (image != null || !mirrors.isEmpty() || minFree > 0) {
            throw wrong(
                    name,
                    Sentence.of(
                            "BuilderSettings.notRemote",
                            image != null ? "image" : mirrors.isEmpty() ? "minFree" : "mirrors"));
        }
    }

    private static InvalidRequestException wrong(String name, Sentence what) {
        return new InvalidRequestException(Sentence.of("BuilderSettings.wrong", name, what));
    }

    /**
     * Returns the name of the builder with exactly these settings: {@code farm-0123456789ab}. Other settings lead to
     * another builder, so that a build that still runs on the one before is not disturbed.
     *
     * @param owner whose builder it is, so that no two owners share one
     */
    @NonNull
    public String realName(@NonNull String owner) {
        return name + "-" + digest(owner).substring(0, DIGITS);
    }

    private String digest(@NonNull String owner) {
        List<String> parts = new ArrayList<>(List.of(owner, name, driver.toString()));
        endpoints.entries().forEach((key, endpoint) -> parts.add("endpoint " + key + " " + endpoint));
        if (image != null) {
            parts.add("image " + image);
        }
        options.stream().sorted().forEach(option -> parts.add("option " + option));
        parts.add(DaemonConfig.toml(this));
        return hash(String.join("\0", parts));
    }

    /** Returns the SHA-256 of a text, in hexadecimal digits. */
    @NonNull
    public static String hash(@NonNull String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Returns the nodes of the builder with a {@link #realName}; endpoints that are the same are one node. */
    @NonNull
    public List<BuilderNode> nodes(@NonNull String realName) {
        if (endpoints.entries().isEmpty()) {
            return List.of(new BuilderNode(realName + "0", null, List.of()));
        }
        Map<String, List<String>> keys = new LinkedHashMap<>();
        endpoints
                .entries()
                .forEach((key, endpoint) -> keys.computeIfAbsent(endpoint, each -> new ArrayList<>())
                        .add(key));
        List<BuilderNode> nodes = new ArrayList<>();
        keys.forEach((endpoint, names) -> nodes.add(new BuilderNode(
                realName + nodes.size(),
                endpoint,
                names.contains(PlatformMap.REST)
                        ? List.of()
                        : names.stream().map(Platform::parse).toList())));
        return nodes;
    }

    /** Returns where the node is that builds a platform, or null if there are not several. */
    @CheckForNull
    public String nodeOf(@NonNull Platform platform) {
        boolean several = Set.copyOf(endpoints.entries().values()).size() > 1;
        return several ? endpoints.get(platform).orElse(null) : null;
    }

    /** Returns the option that marks a builder of an owner, or null if the driver has none. */
    @CheckForNull
    String mark(@NonNull String owner) {
        return switch (driver) {
            case DOCKER_CONTAINER -> MARK + "=" + owner + "." + name;
            case KUBERNETES -> ANNOTATIONS + "multi-arch-build=" + owner + "." + name;
            case REMOTE -> null;
        };
    }
}
