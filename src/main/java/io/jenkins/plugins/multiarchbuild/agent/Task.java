package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;

/** What an {@link AgentTask} and a {@link ControllerTask} have in common. */
public interface Task extends Serializable {

    /** Returns the name of the work in the views of a Pipeline. */
    @NonNull
    String label();

    /**
     * Whether it removes what the task before it needs. It then begins only after Pipeline has saved that the task before
     * it has ended, since that one would be done again if the controller were killed earlier.
     */
    default boolean removes() {
        return false;
    }

    /** Returns what the task waits for before it begins, or null if it does not wait. */
    @CheckForNull
    default Turn turn() {
        return null;
    }
}
