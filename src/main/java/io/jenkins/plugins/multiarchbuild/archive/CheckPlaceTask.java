package io.jenkins.plugins.multiarchbuild.archive;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import java.io.IOException;

/** Checks before the build that the archive can be written where it is to be. */
public final class CheckPlaceTask implements AgentTask<String> {

    private static final long serialVersionUID = 1L;

    private final BuildPlan plan;

    /** @param plan the plan of a call with an archive */
    public CheckPlaceTask(@NonNull BuildPlan plan) {
        this.plan = plan;
    }

    @Override
    public String label() {
        return Messages.CheckPlaceTask_label();
    }

    @Override
    public String run(Agent agent) throws IOException, InterruptedException {
        ArchivePlace.on(agent, plan.archive()).check(agent.directory());
        return "";
    }
}
