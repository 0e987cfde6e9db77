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
 * @param provenance {@code true}, {@code false} or attestation parameters such as {@code mode=max}; null for buildx's default
 * @param sbom {@code true}, {@code false} or attestation parameters such as {@code generator=IMAGE}; null for buildx's default
 * @param annotations annotations of the image index by key
 */
public record BuildOptions(
        @NonNull Map<String, String> buildArgs,
        @NonNull Map<String, String> labels,
        @CheckForNull String target,
        @CheckForNull String provenance,
        @CheckForNull String sbom,
        @NonNull Map<String, String> annotations) {

    /** Nothing but buildx's own defaults. */
    public static final BuildOptions DEFAULTS = new BuildOptions(Map.of(), Map.of(), null, null);

    /** The build argument that makes builds of the same source the same image, to the bit. */
    private static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";

    private static final Pattern ATTESTATION = Pattern.compile("true|false|[a-z-]+=[^,\"\\s]+(,[a-z-]+=[^,\"\\s]+)*");

    /** @throws InvalidRequestException if a name is no name, or provenance or sbom is malformed */
    public BuildOptions {
        buildArgs = checked("buildArgs", buildArgs);
        labels = checked("labels", labels);
        annotations = Annotations.checked(annotations);
        checkAttestation("provenance", provenance, "mode=max");
        checkAttestation("sbom", sbom, "generator=docker/buildkit-syft-scanner");
    }

    /** Options without an SBOM and annotations. */
    public BuildOptions(
            @NonNull Map<String, String> buildArgs,
            @NonNull Map<String, String> labels,
            @CheckForNull String target,
            @CheckForNull String provenance) {
        this(buildArgs, labels, target, provenance, null, Map.of());
    }

    /** These options with another SBOM setting. */
    @NonNull
    public BuildOptions withSbom(@CheckForNull String other) {
        return new BuildOptions(buildArgs, labels, target, provenance, other, annotations);
    }

    /** These options with other annotations. */
    @NonNull
    public BuildOptions withAnnotations(@NonNull Map<String, String> others) {
        return new BuildOptions(buildArgs, labels, target, provenance, sbom, others);
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
