package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.io.Serializable;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Runs a task on the controller. */
public final class ControllerTaskExecution extends TaskExecution {

    private static final long serialVersionUID = 1L;

    private final ControllerTask<?> task;

    /** @param task the task to run */
    public ControllerTaskExecution(@NonNull StepContext context, @NonNull ControllerTask<?> task) {
        super(context, task.label());
        this.task = task;
    }

    @Override
    Task task() {
        return task;
    }

    @Override
    Serializable work() throws IOException, InterruptedException {
        return task.run(getContext());
    }
}
