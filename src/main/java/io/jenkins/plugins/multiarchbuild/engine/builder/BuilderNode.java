package io.jenkins.plugins.multiarchbuild.engine.builder;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.List;

/**
 * One node of a builder.
 *
 * @param name its name, which no other node of any builder of the same user has
 * @param endpoint where it is, or null for the engine or cluster that the agent uses
 * @param platforms the only platforms that it builds; empty for all that it can
 */
public record BuilderNode(
        @NonNull String name,
        @CheckForNull String endpoint,
        @NonNull List<Platform> platforms) {

    public BuilderNode {
        platforms = List.copyOf(platforms);
    }
}
