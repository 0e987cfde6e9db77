package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.agent.ControllerTask;
import io.jenkins.plugins.multiarchbuild.agent.Turn;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.tags.TagTurn;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Waits, without an executor, until no other build publishes to the tags of a call. */
public final class AwaitTagsTask implements ControllerTask<Boolean> {

    private static final long serialVersionUID = 1L;

    private final TagTurn turn;

    /** @param plan the plan of the call */
    public AwaitTagsTask(@NonNull BuildPlan plan) {
        this.turn = new TagTurn(plan.id(), plan.request().allTags(), TagTurn.Patience.WITHOUT_EXECUTOR);
    }

    @Override
    public String label() {
        return Messages.AwaitTagsTask_label();
    }

    @Override
    public Turn turn() {
        return turn;
    }

    @Override
    public Boolean run(StepContext context) {
        return true;
    }
}
