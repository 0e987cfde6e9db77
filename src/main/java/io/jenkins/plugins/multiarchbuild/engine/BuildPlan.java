package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which agent builds which platforms.
 *
 * @param groups the build groups, at least one, in the order of their first platform
 */
public record BuildPlan(@NonNull List<BuildGroup> groups) {

    public BuildPlan {
        groups = List.copyOf(groups);
    }

    /**
     * Groups platforms by the label of their agents: those with the same label, or with none, share an agent.
     *
     * @param label a platform's label, or empty for the agent at hand
     */
    @NonNull
    public static BuildPlan of(@NonNull List<Platform> platforms, @NonNull Function<Platform, Optional<String>> label) {
        Map<String, List<Platform>> byLabel = new LinkedHashMap<>();
        for (Platform platform : platforms) {
            byLabel.computeIfAbsent(label.apply(platform).orElse(null), key -> new ArrayList<>())
                    .add(platform);
        }
        List<BuildGroup> groups = new ArrayList<>();
        byLabel.forEach((key, grouped) -> groups.add(new BuildGroup(key, grouped)));
        return new BuildPlan(groups);
    }
}
