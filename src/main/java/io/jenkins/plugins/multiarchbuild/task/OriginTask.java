package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Asks Git in the workspace where the source comes from, since a build may check out several repositories. */
public final class OriginTask implements AgentTask<HashMap<String, String>> {

    private static final long serialVersionUID = 1L;

    /** The most characters of a commit or URL; the agent says them, and they are kept in the build's files. */
    private static final int LONGEST = 4096;

    private final String context;

    /** @param plan the plan of the call */
    public OriginTask(@NonNull BuildPlan plan) {
        this.context = plan.request().source().context();
    }

    @Override
    public String label() {
        return Messages.OriginTask_label();
    }

    /** @return variables that {@link Origin#of(Map)} reads; empty if there is no Git or no repository */
    @Override
    public HashMap<String, String> run(Agent agent) throws IOException, InterruptedException, DockerException {
        HashMap<String, String> variables = new HashMap<>();
        AgentGit git = AgentGit.of(agent, context);
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
