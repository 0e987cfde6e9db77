package io.jenkins.plugins.multiarchbuild.engine.bake;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings of a target that no parameter of a call has.
 *
 * @param secretVariables names of environment variables by the id that {@code RUN --mount=type=secret} names
 * @param sshAgents ids for which the SSH agent of the environment is forwarded
 * @param annotations annotations of the platforms' images by key
 * @param noCacheFilter stages that are always built again
 */
public record TargetSettings(
        @NonNull Map<String, String> secretVariables,
        @NonNull List<String> sshAgents,
        @NonNull PlatformValues annotations,
        @NonNull List<String> noCacheFilter)
        implements Serializable {

    /** No such settings. */
    public static final TargetSettings NONE = new TargetSettings(Map.of(), List.of(), PlatformValues.NONE, List.of());

    public TargetSettings {
        secretVariables = Collections.unmodifiableMap(new LinkedHashMap<>(secretVariables));
        sshAgents = List.copyOf(sshAgents);
        noCacheFilter = List.copyOf(noCacheFilter);
    }

    /** Whether the platforms' images have annotations of their own. */
    public boolean hasAnnotations() {
        return annotations.all().stream().anyMatch(each -> !each.isEmpty());
    }
}
