package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the user hands through to every platform's build, as in {@code docker buildx build}.
 *
 * @param buildArgs values of {@code ARG}s by name
 * @param labels labels of the images by key
 * @param target the Dockerfile's stage to build, or null for the last one
 * @param provenance {@code true}, {@code false} or attestation parameters such as {@code mode=max}; null for buildx's default
 */
public record BuildOptions(
        @NonNull Map<String, String> buildArgs,
        @NonNull Map<String, String> labels,
        @CheckForNull String target,
        @CheckForNull String provenance) {

    /** Nothing but buildx's own defaults. */
    public static final BuildOptions DEFAULTS = new BuildOptions(Map.of(), Map.of(), null, null);

    /** @throws InvalidRequestException if a name is empty or has an equals sign, or provenance is malformed */
    public BuildOptions {
        buildArgs = checked("buildArgs", buildArgs);
        labels = checked("labels", labels);
        if (provenance != null && !provenance.matches("true|false|[a-z-]+=[^,\\s]+(,[a-z-]+=[^,\\s]+)*")) {
            throw new InvalidRequestException("provenance: '" + provenance
                    + "' is not understood. Give true, false, or parameters such as 'mode=max'.");
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
