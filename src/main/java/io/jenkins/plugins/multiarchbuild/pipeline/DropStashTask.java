package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.model.TaskListener;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.flow.StashManager;

/** Lets go of the packed context. No stash can be removed by itself, wherever stashes are kept, but it can be emptied. */
public final class DropStashTask implements AgentTask<String> {

    private static final long serialVersionUID = 1L;

    private final BuildJob job;

    public DropStashTask(@NonNull BuildJob job) {
        this.job = job;
    }

    @Override
    public String label() {
        return Messages.AgentTask_dropStash();
    }

    @Override
    public String run(Agent agent) throws IOException, InterruptedException {
        FilePath empty = job.packDirectory(agent);
        empty.mkdirs();
        try {
            StashManager.stash(
                    agent.run(),
                    job.getStashName(),
                    empty,
                    agent.launcher(),
                    agent.environment(),
                    TaskListener.NULL,
                    null,
                    null,
                    false,
                    true);
        } finally {
            empty.deleteRecursive();
        }
        return "";
    }
}
