package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.Channel;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Docker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks Git in the workspace where the source comes from: of all that is checked out in a build, it knows what lies there. */
public final class OriginTask implements AgentTask<HashMap<String, String>> {

    private static final long serialVersionUID = 1L;

    private final String context;

    public OriginTask(@NonNull BuildJob job) {
        this.context = job.getStep().request().source().context();
    }

    @Override
    public String label() {
        return Messages.AgentTask_origin();
    }

    /** @return variables as {@link Origin#of(Map)} reads them; none where there is no Git or nothing that it knows */
    @Override
    public HashMap<String, String> run(Agent agent) throws IOException, InterruptedException {
        HashMap<String, String> variables = new HashMap<>();
        FilePath directory = agent.directory().child(context);
        if (directory.isDirectory()) {
            Agent there = agent.in(directory).with(ceiling(agent));
            ask(there, variables, Origin.GIT_COMMIT, "rev-parse", "HEAD");
            ask(there, variables, Origin.GIT_URL, "config", "--get", "remote.origin.url");
        }
        return variables;
    }

    /** A workspace may lie in somebody else's checkout. */
    private static Map<String, String> ceiling(Agent agent) {
        String workspace =
                agent.environment().get("WORKSPACE", agent.directory().getRemote());
        FilePath parent = new FilePath(agent.directory().getChannel(), workspace).getParent();
        return parent == null ? Map.of() : Map.of("GIT_CEILING_DIRECTORIES", parent.getRemote());
    }

    private static void ask(Agent agent, Map<String, String> variables, String name, String... arguments)
            throws IOException, InterruptedException {
        // in a container the checkout often belongs to another user
        List<String> command = new ArrayList<>(List.of("-c", "safe.directory=*"));
        command.addAll(List.of(arguments));
        try {
            Docker.Output output = agent.run("git", command);
            if (output.succeeded()) {
                variables.put(name, output.stdout().strip());
            }
        } catch (IOException e) {
            if (Channel.isClosedChannelException(e)) {
                throw e;
            }
            agent.log("Git cannot be started: " + e.getMessage());
        }
    }
}
