package io.jenkins.plugins.multiarchbuild.agent;

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
public interface ControllerTask<T extends Serializable> extends Task {

    /**
     * Does the work.
     *
     * @throws InvalidRequestException if the user's input is wrong
     */
    T run(@NonNull StepContext context) throws IOException, InterruptedException;
}
