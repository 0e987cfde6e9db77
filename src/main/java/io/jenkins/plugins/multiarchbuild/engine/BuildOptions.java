package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the user hands through to every platform's build, as in {@code docker buildx build}.
 *
 * @param buildArgs values of {@code ARG}s by name
 * @param labels labels of the images by key
 * @param target the Dockerfile's stage to build, or null for the last one
 * @param network {@code default}, {@code none} or {@code host}: what {@code RUN} can reach; null for buildx's default
 * @param cache what may be reused
 * @param provenance {@code true}, {@code false} or attestation parameters such as {@code mode=max}; null for buildx's default
 * @param sbom {@code true}, {@code false} or attestation parameters such as {@code generator=IMAGE}; null for buildx's default
 * @param annotations annotations of the image index by key
 */
public record BuildOptions(
        @NonNull Map<String, String> buildArgs,
        @NonNull Map<String, String> labels,
        @CheckForNull String target,
        @CheckForNull String network,
        @NonNull CacheOptions cache,
        @CheckForNull String provenance,
        @CheckForNull String sbom,
        @NonNull Map<String, String> annotations) {

    /** Nothing but buildx's own defaults. */
    public static final BuildOptions DEFAULTS = new BuildOptions(Map.of(), Map.of(), null, null);

    /** The build argument that makes builds of the same source the same image, to the bit. */
    private static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";

    private static final Pattern ATTESTATION = Pattern.compile("true|false|[a-z-]+=[^,\"\\s]+(,[a-z-]+=[^,\"\\s]+)*");

    /** @throws InvalidRequestException if a name is no name, or network, provenance or sbom is malformed */
    public BuildOptions {
        buildArgs = checked("buildArgs", buildArgs);
        labels = checked("labels", labels);
        annotations = Annotations.checked(annotations);
        if (network != null && !network.matches("default|none|host")) {
            throw new InvalidRequestException("network: '" + network + "' is not understood. Give 'default', 'none' or"
                    + " 'host'. Other networks belong to a builder: docker buildx create --driver-opt network=NAME.");
        }
        checkAttestation("provenance", provenance, "mode=max");
        checkAttestation("sbom", sbom, "generator=docker/buildkit-syft-scanner");
    }

    /** Options with buildx's defaults for everything else. */
    public BuildOptions(
            @NonNull Map<String, String> buildArgs,
            @NonNull Map<String, String> labels,
            @CheckForNull String target,
            @CheckForNull String provenance) {
        this(buildArgs, labels, target, null, CacheOptions.DEFAULTS, provenance, null, Map.of());
    }

    /** These options with another SBOM setting. */
    @NonNull
    public BuildOptions withSbom(@CheckForNull String other) {
        return new BuildOptions(buildArgs, labels, target, network, cache, provenance, other, annotations);
    }

    /** These options with other annotations. */
    @NonNull
    public BuildOptions withAnnotations(@NonNull Map<String, String> others) {
        return new BuildOptions(buildArgs, labels, target, network, cache, provenance, sbom, others);
    }

    /** These options with another network. */
    @NonNull
    public BuildOptions withNetwork(@CheckForNull String other) {
        return new BuildOptions(buildArgs, labels, target, other, cache, provenance, sbom, annotations);
    }

    /** These options with another cache. */
    @NonNull
    public BuildOptions withCache(@NonNull CacheOptions other) {
        return new BuildOptions(buildArgs, labels, target, network, other, provenance, sbom, annotations);
    }

    /** Whether {@code RUN} uses the network of the machine that the builder is on, which a bake must be allowed. */
    public boolean isHostNetwork() {
        return "host".equals(network);
    }

    /** Whether the caller wants the same image from the same source, whenever it is built. */
    public boolean isReproducible() {
        return buildArgs.containsKey(SOURCE_DATE_EPOCH);
    }

    /** When the image is to be from, as the caller says with {@code SOURCE_DATE_EPOCH}; BuildKit itself checks what it gets. */
    @NonNull
    public Optional<Instant> sourceDate() {
        return Optional.ofNullable(buildArgs.get(SOURCE_DATE_EPOCH))
                .filter(seconds -> seconds.matches("\\d{1,11}"))
                .map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds)));
    }

    private static void checkAttestation(String parameter, @CheckForNull String value, String example) {
        if (value != null && !ATTESTATION.matcher(value).matches()) {
            throw new InvalidRequestException(parameter + ": '" + value
                    + "' is not understood. Give true, false, or parameters such as '" + example + "'.");
        }
    }

    private static Map<String, String> checked(String parameter, Map<String, String> values) {
        for (String name : values.keySet()) {
            if (name.isBlank() || name.contains("=")) {
                throw new InvalidRequestException(parameter + ": '" + name
                        + "' is not a name. A name is not empty and has no equals sign in it.");
            }
        }
        return Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
