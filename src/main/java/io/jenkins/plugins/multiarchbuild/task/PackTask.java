package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.PackedSource;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.source.ResolveSource;
import io.jenkins.plugins.multiarchbuild.source.SourceArchive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Packs the source in the calling workspace for other agents. */
public final class PackTask implements AgentTask<PackedSource> {

    private static final long serialVersionUID = 1L;

    private final BuildPlan plan;

    /** @param plan the plan of the call */
    public PackTask(@NonNull BuildPlan plan) {
        this.plan = plan;
    }

    @Override
    public String label() {
        return Messages.PackTask_label();
    }

    @Override
    public PackedSource run(Agent agent) throws IOException, InterruptedException {
        FilePath workspace = agent.workspace();
        List<BuildSource> sources = new ArrayList<>();
        for (BakeTarget target : plan.targets().all()) {
            sources.add(new ResolveSource(
                            target.request().source(),
                            plan.request().platforms(),
                            workspace.getRemote(),
                            agent.privateDirectory(plan.id()).getRemote(),
                            agent.name())
                    .in(agent.directory()));
        }
        PackedSource packed = new SourceArchive(agent.run(), plan.id()).pack(workspace, sources);
        agent.log(Sentence.of("PackTask.packed", packed.entries(), packed.bytes() / 1024));
        return packed;
    }
}
