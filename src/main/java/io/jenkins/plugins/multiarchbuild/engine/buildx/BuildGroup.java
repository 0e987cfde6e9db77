package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The platforms that one agent builds in one buildx call.
 *
 * @param label label expression of the agent, or null for the current agent
 * @param platforms the platforms, at least one
 */
public record BuildGroup(
        @CheckForNull String label, @NonNull List<Platform> platforms) implements Serializable {

    public BuildGroup {
        platforms = List.copyOf(platforms);
    }

    /**
     * Groups platforms by the label of their agents: those with the same label, or with none, share an agent.
     *
     * @param label a platform's label, or empty for the current agent
     * @return the groups in the order of their first platform, at least one
     */
    @NonNull
    public static List<BuildGroup> of(
            @NonNull List<Platform> platforms, @NonNull Function<Platform, Optional<String>> label) {
        Map<String, List<Platform>> byLabel = new LinkedHashMap<>();
        for (Platform platform : platforms) {
            byLabel.computeIfAbsent(label.apply(platform).orElse(null), key -> new ArrayList<>())
                    .add(platform);
        }
        List<BuildGroup> groups = new ArrayList<>();
        byLabel.forEach((key, grouped) -> groups.add(new BuildGroup(key, grouped)));
        return groups;
    }

    /** Returns the platforms, comma-separated: the group's name in logs and on pages. */
    @NonNull
    public String name() {
        return platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
    }
}
