package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.Channel;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.git.Git;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jenkins.model.Jenkins;

/** Git in a build context on an agent. */
final class AgentGit implements Git {

    /** How long a server may take to answer. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** The agent in the context's directory, or null if there is none. */
    @CheckForNull
    private final Agent agent;

    /** What Git wrote about the last command that failed. */
    private String error = "";

    private AgentGit(@CheckForNull Agent agent) {
        this.agent = agent;
    }

    /** @param context path relative to the agent's current directory; Git answers nothing if it does not exist */
    @NonNull
    static AgentGit of(@NonNull Agent agent, @NonNull String context) throws IOException, InterruptedException {
        FilePath directory = agent.directory().child(context);
        return new AgentGit(directory.isDirectory() ? agent.in(directory).with(environment(agent)) : null);
    }

    private static Map<String, String> environment(Agent agent) {
        Map<String, String> variables = new HashMap<>(Map.of("GIT_TERMINAL_PROMPT", "0"));
        FilePath parent = agent.workspace().getParent();
        if (parent != null) {
            // a workspace may be inside another checkout, which must be ignored
            variables.put("GIT_CEILING_DIRECTORIES", parent.getRemote());
        }
        return variables;
    }

    @Override
    public Optional<String> ask(String... arguments) throws IOException, InterruptedException, DockerException {
        if (agent == null) {
            return Optional.empty();
        }
        // in a container the checkout often belongs to another user
        List<String> command = new ArrayList<>(List.of("-c", "safe.directory=*"));
        command.addAll(List.of(arguments));
        try {
            Docker.Output output = agent.run("git", command, LIMIT);
            if (output.succeeded()) {
                return Optional.of(output.stdout().strip());
            }
            error = output.stderr().strip();
            return Optional.empty();
        } catch (IOException e) {
            if (Channel.isClosedChannelException(e)) {
                throw e;
            }
            agent.log(Sentence.of("AgentGit.cannotBeStarted", OneLine.of(String.valueOf(e.getMessage()))));
            return Optional.empty();
        }
    }

    /** Also with the login of a checkout, which Git on the agent does not keep. */
    @Override
    public Optional<Set<String>> serverTags(String remote) throws IOException, InterruptedException, DockerException {
        error = "";
        Optional<Set<String>> tags = Git.super.serverTags(remote);
        String refusal = error;
        if (tags.isEmpty() && agent != null) {
            tags = withLogin(agent, remote);
            if (tags.isEmpty() && !refusal.isEmpty()) {
                agent.log(Sentence.of("AgentGit.noServerTags", OneLine.of(refusal)));
            }
        }
        return tags;
    }

    private Optional<Set<String>> withLogin(Agent asked, String remote)
            throws IOException, InterruptedException, DockerException {
        if (Jenkins.get().getPlugin("git") == null) {
            return Optional.empty();
        }
        Optional<String> url = ask("config", "remote." + remote + ".url");
        return url.isPresent() ? CheckoutLogin.serverTags(asked, url.get()) : Optional.empty();
    }
}
