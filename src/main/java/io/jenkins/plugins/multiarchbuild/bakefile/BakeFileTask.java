package io.jenkins.plugins.multiarchbuild.bakefile;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.call.SourceFrom;
import io.jenkins.plugins.multiarchbuild.credentials.BoundSecrets;
import io.jenkins.plugins.multiarchbuild.credentials.SecretCredentials;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeFile;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeOverlay;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.IOException;
import java.util.Set;

/** Lets bake on an agent that has the source evaluate the bake file of the call, and lays the call over it. */
public final class BakeFileTask implements AgentTask<BuildPlan> {

    private static final long serialVersionUID = 1L;

    private final BuildPlan plan;

    @CheckForNull
    private final PlannedGroup group;

    /** @param group the group that has the source, or null if it is in the calling workspace */
    public BakeFileTask(@NonNull BuildPlan plan, @CheckForNull PlannedGroup group) {
        this.plan = plan;
        this.group = group;
    }

    @Override
    public String label() {
        return Messages.BakeFileTask_label();
    }

    /** @return the plan with what the file says */
    @Override
    public BuildPlan run(Agent agent) throws IOException, InterruptedException, DockerException {
        BakeFile file = plan.call().bake();
        if (file == null) {
            return plan;
        }
        boolean isUnpacked = group != null && group.label() != null && plan.source() == SourceFrom.STASH;
        FilePath root = isUnpacked ? agent.sourceDirectory(group.id()) : agent.workspace();
        FilePath directory = isUnpacked ? root : agent.directory();
        String path = directory.act(new FindFile("bake", file.path(), root.getRemote(), agent.name()));
        Set<String> secrets = Set.copyOf(SecretCredentials.mountIds(
                agent.run(), plan.call().credentials().secrets()));
        BakeTargets targets = file.read(
                agent.in(directory),
                path,
                new BakeOverlay(
                        plan.request(),
                        file.keepsContext(),
                        secrets,
                        plan.call().credentials().ssh().keySet()));
        targets.remarks().forEach(agent::log);
        targets.all()
                .forEach(target -> BoundSecrets.warn(
                        agent.secrets(), agent.listener(), target.request().options()));
        return plan.with(targets);
    }
}
