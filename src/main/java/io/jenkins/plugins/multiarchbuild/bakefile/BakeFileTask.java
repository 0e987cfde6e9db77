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
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.source.FindFile;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import jenkins.util.SystemProperties;

/** Lets bake on an agent that has the source evaluate the bake file of the call, and lays the call over it. */
public final class BakeFileTask implements AgentTask<BuildPlan> {

    private static final long serialVersionUID = 1L;

    /** The system property that says how long bake may take, in seconds. */
    static final String SECONDS = BakeFileTask.class.getName() + ".seconds";

    private static final int DEFAULT_SECONDS = 120;

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
                limited(agent.in(directory), file),
                path,
                new BakeOverlay(
                        plan.request(),
                        file.keepsContext(),
                        secrets,
                        plan.call().credentials().ssh().keySet(),
                        // a map of Jenkins' own ignores case
                        Set.copyOf(agent.environment().keySet())));
        targets.remarks().forEach(agent::log);
        targets.all().forEach(target -> BoundSecrets.warn(agent.secrets(), agent.listener(), target, plan.request()));
        return plan.with(targets);
    }

    /** Bake evaluates whatever the file says, however long that takes. */
    private static Docker limited(Agent agent, BakeFile file) {
        Duration limit = Duration.ofSeconds(Math.max(1, SystemProperties.getInteger(SECONDS, DEFAULT_SECONDS)));
        return arguments -> {
            long started = System.nanoTime();
            Docker.Output output = agent.docker(arguments, limit);
            if (!output.succeeded() && System.nanoTime() - started >= limit.toNanos()) {
                throw new DockerException(
                        Sentence.of("BakeFileTask.slow", file.path(), limit.toSeconds(), agent.name()));
            }
            return output;
        };
    }
}
