package io.jenkins.plugins.multiarchbuild.archive;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.agent.ControllerTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Removes the images that were fetched for an archive from the controller. */
public final class DropImagesTask implements ControllerTask<String> {

    private static final long serialVersionUID = 1L;

    private final BuildPlan plan;

    /** @param plan the plan of the call */
    public DropImagesTask(@NonNull BuildPlan plan) {
        this.plan = plan;
    }

    @Override
    public String label() {
        return Messages.DropImagesTask_label();
    }

    @Override
    public boolean removes() {
        return true;
    }

    @Override
    public String run(StepContext context) throws IOException, InterruptedException {
        for (PlannedGroup group : plan.groups()) {
            new ImageStore(context.get(Run.class), group.id()).delete();
        }
        return "";
    }
}
