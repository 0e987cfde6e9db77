package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import java.io.IOException;

/** Removes the directories of a group from its agent. */
public final class CleanUpTask implements AgentTask<String> {

    private static final long serialVersionUID = 1L;

    private final String id;

    /** @param group the group, which is built or has failed */
    public CleanUpTask(@NonNull PlannedGroup group) {
        this.id = group.id();
    }

    @Override
    public String label() {
        return Messages.CleanUpTask_label();
    }

    /** What a lost agent keeps is removed when it is back; a build that was aborted must not wait for that. */
    @Override
    public boolean waitsForAgent() {
        return false;
    }

    @Override
    public String run(Agent agent) throws IOException, InterruptedException {
        agent.privateDirectory(id).deleteRecursive();
        agent.sourceDirectory(id).deleteRecursive();
        return "";
    }
}
