package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.git.SourceTags;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks Git in the workspace which base tags the image gets. */
public final class TagsTask implements AgentTask<BuildPlan> {

    private static final long serialVersionUID = 1L;

    private final BuildPlan plan;
    private final HashMap<String, String> checkout;

    /**
     * @param plan the plan of the call, without base tags
     * @param checkout variables of the checkout, for an agent without Git; may be empty
     */
    public TagsTask(@NonNull BuildPlan plan, @NonNull Map<String, String> checkout) {
        this.plan = plan;
        this.checkout = new HashMap<>(checkout);
    }

    @Override
    public String label() {
        return Messages.TagsTask_label();
    }

    /** @return the plan with its base tags */
    @Override
    public BuildPlan run(Agent agent) throws IOException, InterruptedException, DockerException {
        Map<String, String> environment = new HashMap<>(agent.environment());
        environment.putAll(checkout);
        AgentGit git = AgentGit.of(agent, plan.request().source().context());
        List<String> tags = SourceTags.of(git, environment, agent::log);
        List<ImageReference> baseTags = plan.call().repositories().stream()
                .flatMap(repository -> tags.stream().map(repository::withTag))
                .toList();
        agent.log(Sentence.of("TagsTask.tags", String.join(", ", tags)));
        return plan.withBaseTags(baseTags);
    }
}
