package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.agent.ControllerTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.source.SourceArchive;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Removes the packed source from the controller. */
public final class DropSourceTask implements ControllerTask<String> {

    private static final long serialVersionUID = 1L;

    private final String id;

    /** @param plan the plan of the call */
    public DropSourceTask(@NonNull BuildPlan plan) {
        this.id = plan.id();
    }

    @Override
    public String label() {
        return Messages.DropSourceTask_label();
    }

    @Override
    public boolean removes() {
        return true;
    }

    @Override
    public String run(StepContext context) throws IOException, InterruptedException {
        new SourceArchive(context.get(Run.class), id).delete();
        return "";
    }
}
