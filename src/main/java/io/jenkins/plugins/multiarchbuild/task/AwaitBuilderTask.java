package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.builders.AgentBuilder;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Builder;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Waits until a builder that went away answers again. */
public final class AwaitBuilderTask implements AgentTask<String> {

    private static final long serialVersionUID = 1L;

    /** A daemon that is restarted needs some seconds, a machine some minutes. */
    private static final long LONGEST_WAIT = TimeUnit.MINUTES.toNanos(3);

    private final String builder;

    /** Null in a build that an older version of the plugin began, like the next one. */
    private final BuildPlan plan;

    private final PlannedGroup group;

    /**
     * @param plan the plan of the call
     * @param group the group whose builder went away
     */
    public AwaitBuilderTask(@NonNull BuildPlan plan, @NonNull PlannedGroup group) {
        this.builder = plan.request().builder();
        this.plan = plan;
        this.group = group;
    }

    @Override
    public String label() {
        return Messages.AwaitBuilderTask_label();
    }

    @Override
    public String run(Agent agent) throws IOException, InterruptedException, DockerException {
        AgentBuilder managed = plan == null ? null : AgentBuilder.of(agent, plan.call());
        if (managed == null) {
            return await(agent, builder);
        }
        FilePath directory = agent.privateDirectory(group.id());
        agent.create(directory);
        try {
            return await(agent.with(managed.create(agent, agent, directory)), managed.name());
        } finally {
            agent.remove(directory);
        }
    }

    private static String await(Agent agent, @CheckForNull String builder)
            throws IOException, InterruptedException, DockerException {
        long end = System.nanoTime() + LONGEST_WAIT;
        while (true) {
            try {
                Builder.inspect(agent, builder);
                return "";
            } catch (DockerException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
            TimeUnit.SECONDS.sleep(2);
        }
    }
}
