package io.jenkins.plugins.multiarchbuild.call;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildGroup;
import java.io.Serializable;

/**
 * A build group with the agent that was chosen for it.
 *
 * @param group the platforms and the label of their agent
 * @param chosenBy why this agent builds, as a part of a sentence for the log
 * @param id identifies the group within the build; valid in a file name
 */
public record PlannedGroup(
        @NonNull BuildGroup group,
        @NonNull String chosenBy,
        @NonNull String id) implements Serializable {

    /** Returns the platforms, comma-separated: {@code linux/amd64, linux/arm64}. */
    @NonNull
    public String name() {
        return group.name();
    }

    /** Returns the label expression of the agent to request, or null if the current agent builds. */
    @CheckForNull
    public String label() {
        return group.label();
    }
}
