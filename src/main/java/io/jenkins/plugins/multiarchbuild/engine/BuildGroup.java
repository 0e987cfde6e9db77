package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The platforms that one agent builds in one buildx call.
 *
 * @param label label expression of the agent, or null for the agent at hand
 * @param platforms the platforms, at least one
 */
public record BuildGroup(
        @CheckForNull String label, @NonNull List<Platform> platforms) {

    public BuildGroup {
        platforms = List.copyOf(platforms);
    }

    /** The platforms, comma-separated: what the group is called wherever it is shown. */
    @NonNull
    public String name() {
        return platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
    }
}
