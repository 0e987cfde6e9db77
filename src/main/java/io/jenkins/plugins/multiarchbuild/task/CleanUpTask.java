package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.kept.KeptProgress;
import io.jenkins.plugins.multiarchbuild.timeline.BakeSteps;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;

/** Removes the directories of a group from its agent. If its bake was stopped, it first reads how far that had come. */
public final class CleanUpTask implements AgentTask<String> {

    private static final long serialVersionUID = 1L;

    private final String id;

    /** Null in a build that an older version of the plugin began, like the next one and the last one. */
    private final String call;

    private final PlannedGroup group;
    private final long bakeStart;
    private final HashMap<String, String> secretIds;

    /**
     * @param group the group, which is built or has failed
     * @param bakeStart when a bake began that did not end by itself, in milliseconds since 1970; 0 if there is none
     */
    public CleanUpTask(@NonNull BuildPlan plan, @NonNull PlannedGroup group, long bakeStart) {
        this.id = group.id();
        this.call = plan.id();
        this.group = group;
        this.bakeStart = bakeStart;
        this.secretIds = new HashMap<>(plan.call().credentials().secrets());
    }

    @Override
    public String label() {
        return Messages.CleanUpTask_label();
    }

    @Override
    public boolean removes() {
        return true;
    }

    /** What a lost agent keeps is removed when it is back; a build that was aborted must not wait for that. */
    @Override
    public boolean waitsForAgent() {
        return false;
    }

    @Override
    public String run(Agent agent) throws IOException, InterruptedException {
        try {
            if (bakeStart > 0) {
                List<ImageKey> images =
                        group.group().platforms().stream().map(ImageKey::of).toList();
                BakeSteps.read(agent, group, images).report(agent, call, bakeStart);
                KeptProgress.keep(agent, call, group, secretIds, bakeStart);
            }
        } finally {
            agent.privateDirectory(id).deleteRecursive();
            agent.sourceDirectory(id).deleteRecursive();
        }
        return "";
    }
}
