package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.agent.ControllerTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.tags.TagTurn;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Ends the turn of an {@link AwaitTagsTask}, also if nothing was published. */
public final class LeaveTagsTask implements ControllerTask<Boolean> {

    private static final long serialVersionUID = 1L;

    private final TagTurn turn;

    /** @param plan the plan of the call */
    public LeaveTagsTask(@NonNull BuildPlan plan) {
        this.turn = new TagTurn(plan.id(), plan.request().allTags(), TagTurn.Patience.WITHOUT_EXECUTOR);
    }

    @Override
    public String label() {
        return Messages.LeaveTagsTask_label();
    }

    @Override
    public Boolean run(StepContext context) throws IOException, InterruptedException {
        turn.end(context.get(Run.class));
        return true;
    }
}
