package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.io.IOException;
import java.io.Serializable;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * A short piece of work on the controller that may wait, for example for a credentials store. Like an {@link
 * AgentTask}, it is idempotent.
 *
 * @param <T> type of the result
 */
public interface ControllerTask<T extends Serializable> extends Serializable {

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

    /**
     * Does the work.
     *
     * @throws InvalidRequestException if the user's input is wrong
     */
    T run(@NonNull StepContext context) throws IOException, InterruptedException;
}
