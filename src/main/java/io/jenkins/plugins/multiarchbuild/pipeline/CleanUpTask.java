package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;

/** Removes the directory of a build group from its agent. */
public final class CleanUpTask implements AgentTask<String> {

    private static final long serialVersionUID = 1L;

    private final GroupBuild build;

    public CleanUpTask(@NonNull GroupBuild build) {
        this.build = build;
    }

    @Override
    public String label() {
        return Messages.AgentTask_cleanUp();
    }

    @Override
    public String run(Agent agent) throws IOException, InterruptedException {
        build.directory(agent).deleteRecursive();
        return "";
    }
}
