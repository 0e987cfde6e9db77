package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Asks Git in the workspace where the source comes from, since a build may check out several repositories. */
public final class OriginTask implements AgentTask<HashMap<String, String>> {

    private static final long serialVersionUID = 1L;

    /** The most characters of a commit or URL; the agent says them, and they are kept in the build's files. */
    private static final int LONGEST = 4096;

    private final ArrayList<String> contexts;

    /** @param plan the plan of the call, with what its bake file says */
    public OriginTask(@NonNull BuildPlan plan) {
        this.contexts = new ArrayList<>(plan.targets().images().stream()
                .map(image -> image.request().source())
                .filter(source -> !source.isRemote())
                .map(BuildSource::context)
                .distinct()
                .toList());
    }

    @Override
    public String label() {
        return Messages.OriginTask_label();
    }

    /**
     * @return variables that {@link Origin#of(Map)} reads; empty if there is no Git or no repository, or with empty values
     *     if the contexts are of several repositories
     */
    @Override
    public HashMap<String, String> run(Agent agent) throws IOException, InterruptedException, DockerException {
        Set<HashMap<String, String>> found = new HashSet<>();
        for (String context : contexts) {
            found.add(origin(AgentGit.of(agent, context)));
        }
        if (found.size() > 1) {
            agent.log(Sentence.of("OriginTask.several", String.join(", ", contexts)));
            return new HashMap<>(Map.of(Origin.GIT_COMMIT, "", Origin.GIT_URL, ""));
        }
        return found.isEmpty() ? new HashMap<>() : found.iterator().next();
    }

    private static HashMap<String, String> origin(AgentGit git)
            throws IOException, InterruptedException, DockerException {
        HashMap<String, String> variables = new HashMap<>();
        git.ask("rev-parse", "HEAD").ifPresent(commit -> put(variables, Origin.GIT_COMMIT, commit));
        git.ask("config", "--get", "remote.origin.url").ifPresent(url -> put(variables, Origin.GIT_URL, url));
        return variables;
    }

    private static void put(Map<String, String> variables, String name, String answer) {
        if (answer.length() <= LONGEST) {
            variables.put(name, answer);
        }
    }
}
