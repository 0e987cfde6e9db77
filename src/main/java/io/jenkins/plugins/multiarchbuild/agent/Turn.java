package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.io.Serializable;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** What a task waits for before it begins, without a thread of its own. */
public interface Turn extends Serializable {

    /**
     * Waits for the turn. After a restart of the controller this is called again.
     *
     * @param ready called once when the turn comes, immediately or later, from any thread
     */
    void await(@NonNull StepContext context, @NonNull Runnable ready) throws IOException, InterruptedException;

    /** Ends the turn, or the wait for it. Called when the task has ended or was stopped; idempotent. */
    void giveBack(@NonNull StepContext context);
}
