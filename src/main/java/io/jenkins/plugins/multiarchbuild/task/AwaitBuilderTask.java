package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
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

    /** @param plan the plan of the call */
    public AwaitBuilderTask(@NonNull BuildPlan plan) {
        this.builder = plan.request().builder();
    }

    @Override
    public String label() {
        return Messages.AwaitBuilderTask_label();
    }

    @Override
    public String run(Agent agent) throws IOException, InterruptedException, DockerException {
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
