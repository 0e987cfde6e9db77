package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Options of every platform's build, as of {@code docker buildx build}.
 *
 * @param buildArgs values of {@code ARG}s by name
 * @param labels labels of the images by key
 * @param target the Dockerfile's stage to build; for a platform without an entry it is the last one
 * @param run what the containers of {@code RUN} get
 * @param cache what may be reused
 * @param provenance {@code true}, {@code false} or attestation parameters such as {@code mode=max}; null for buildx's
 *     default
 * @param sbom {@code true}, {@code false} or attestation parameters such as {@code generator=IMAGE}; null for buildx's
 *     default
 * @param annotations annotations of the image index by key
 * @param standardAnnotations whether the annotations that are known from the build are added when it is published, see
 *     {@link Annotations#standard}
 */
public record BuildOptions(
        @NonNull PlatformValues buildArgs,
        @NonNull PlatformValues labels,
        @NonNull PlatformMap target,
        @NonNull RunOptions run,
        @NonNull CacheOptions cache,
        @CheckForNull String provenance,
        @CheckForNull String sbom,
        @NonNull Map<String, String> annotations,
        boolean standardAnnotations)
        implements Serializable {

    /** Buildx's defaults. */
    public static final BuildOptions DEFAULTS = new BuildOptions(
            PlatformValues.NONE,
            PlatformValues.NONE,
            PlatformMap.EMPTY,
            RunOptions.DEFAULTS,
            CacheOptions.DEFAULTS,
            null,
            null,
            Map.of(),
            false);

    /**
     * The build argument that makes builds <a
     * href="https://reproducible-builds.org/specs/source-date-epoch/">reproducible</a>.
     */
    public static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";

    private static final Pattern ATTESTATION =
            Pattern.compile("true|false|[a-z-]+=[^,\"\\s\\p{Cc}]+(,[a-z-]+=[^,\"\\s\\p{Cc}]+)*");

    /** @throws InvalidRequestException if an option is malformed */
    public BuildOptions {
        checkNames("buildArgs", buildArgs);
        checkNames("labels", labels);
        annotations = Annotations.checked(annotations);
        checkAttestation("provenance", provenance, "mode=max");
        checkAttestation("sbom", sbom, "generator=docker/buildkit-syft-scanner");
    }

    /** Returns these options with others of the cache. */
    @NonNull
    public BuildOptions withCache(@NonNull CacheOptions other) {
        return new BuildOptions(
                buildArgs, labels, target, run, other, provenance, sbom, annotations, standardAnnotations);
    }

    /** Whether the image index will have annotations. */
    public boolean wantsAnnotations() {
        return standardAnnotations || !annotations.isEmpty();
    }

    /** Whether the same source has to give the same image of a platform, whenever it is built. */
    public boolean isReproducible(@NonNull Platform platform) {
        return buildArgs.of(platform).containsKey(SOURCE_DATE_EPOCH);
    }

    /**
     * Returns the creation time that {@code SOURCE_DATE_EPOCH} sets, if it is valid; BuildKit rejects it if it is not.
     */
    @NonNull
    public Optional<Instant> sourceDate() {
        return Optional.ofNullable(buildArgs.common().get(SOURCE_DATE_EPOCH))
                .filter(seconds -> seconds.matches("\\d{1,11}"))
                .map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds)));
    }

    private static void checkAttestation(String parameter, @CheckForNull String value, String example) {
        if (value != null && !ATTESTATION.matcher(Text.name(value)).matches()) {
            throw new InvalidRequestException(Sentence.of("BuildOptions.attestation", parameter, value, example));
        }
    }

    private static void checkNames(String parameter, PlatformValues values) {
        for (Map<String, String> each : values.all()) {
            each.forEach((name, value) -> {
                if (name.isBlank() || name.contains("=")) {
                    throw new InvalidRequestException(Sentence.of("BuildOptions.noName", parameter, name));
                }
                Text.checked(parameter, name);
                Text.checked(parameter, value);
            });
        }
    }
}
