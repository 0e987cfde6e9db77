package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.PackedSource;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.engine.text.Explained;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Failure;
import io.jenkins.plugins.multiarchbuild.source.SourceArchive;
import java.io.IOException;

/** Creates the source directory of a group, and unpacks the source of the calling workspace there if it was packed. */
public final class UnpackTask implements AgentTask<String> {

    private static final long serialVersionUID = 1L;

    private final BuildPlan plan;
    private final PlannedGroup group;
    private final PackedSource packed;

    /** @param packed the packed source, or null if the directory is to be filled otherwise */
    public UnpackTask(@NonNull BuildPlan plan, @NonNull PlannedGroup group, @CheckForNull PackedSource packed) {
        this.plan = plan;
        this.group = group;
        this.packed = packed;
    }

    @Override
    public String label() {
        return Messages.UnpackTask_label();
    }

    /** @return path of the source directory */
    @Override
    public String run(Agent agent) throws IOException, InterruptedException {
        FilePath directory = agent.sourceDirectory(group.id());
        directory.deleteRecursive();
        agent.create(directory);
        if (packed != null) {
            try {
                new SourceArchive(agent.run(), plan.id()).unpack(directory, packed);
            } catch (AbortException e) {
                throw new Failure(Sentence.of("AgentTaskExecution.onAgent", agent.name(), Explained.of(e)));
            }
        }
        return directory.getRemote();
    }
}
