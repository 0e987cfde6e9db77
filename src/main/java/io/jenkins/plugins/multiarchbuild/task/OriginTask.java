package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.Channel;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
        FilePath directory = agent.directory().child(context);
        if (directory.isDirectory()) {
            Agent there = agent.in(directory).with(ceiling(agent));
            ask(there, variables, Origin.GIT_COMMIT, "rev-parse", "HEAD");
            ask(there, variables, Origin.GIT_URL, "config", "--get", "remote.origin.url");
        }
        return variables;
    }

    /** A workspace may be inside another checkout, which must be ignored. */
    private static Map<String, String> ceiling(Agent agent) {
        FilePath parent = agent.workspace().getParent();
        return parent == null ? Map.of() : Map.of("GIT_CEILING_DIRECTORIES", parent.getRemote());
    }

    private static void ask(Agent agent, Map<String, String> variables, String name, String... arguments)
            throws IOException, InterruptedException, DockerException {
        // in a container the checkout often belongs to another user
        List<String> command = new ArrayList<>(List.of("-c", "safe.directory=*"));
        command.addAll(List.of(arguments));
        try {
            Docker.Output output = agent.run("git", command);
            String answer = output.stdout().strip();
            if (output.succeeded() && answer.length() <= LONGEST) {
                variables.put(name, answer);
            }
        } catch (IOException e) {
            if (Channel.isClosedChannelException(e)) {
                throw e;
            }
            agent.log("Git cannot be started: " + e.getMessage());
        }
    }
}
