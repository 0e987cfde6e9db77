package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.TaskListener;
import hudson.plugins.git.GitException;
import hudson.plugins.git.GitSCM;
import hudson.remoting.Channel;
import hudson.scm.SCM;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;

/**
 * Asks a Git server with the credentials with which the build has checked out from there. To be used only if the Git
 * plugin is installed.
 */
final class CheckoutLogin {

    private static final Logger LOGGER = Logger.getLogger(CheckoutLogin.class.getName());

    private CheckoutLogin() {}

    /**
     * Asks for the tags of a repository, from the agent.
     *
     * @param url as in the configuration of the repository on the agent
     * @return their names; empty if the build has not checked out from there with credentials, or the server does not
     *     answer
     * @throws IOException if the agent cannot be reached
     */
    @NonNull
    static Optional<Set<String>> serverTags(@NonNull Agent agent, @NonNull String url)
            throws IOException, InterruptedException {
        if (agent.run() instanceof WorkflowRun run) {
            for (SCM scm : run.getSCMs()) {
                if (scm instanceof GitSCM git && isFrom(git, url, agent.environment())) {
                    return ask(git, agent, url);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isFrom(GitSCM git, String url, EnvVars environment) {
        return git.getUserRemoteConfigs().stream()
                .anyMatch(
                        remote -> remote.getCredentialsId() != null && url.equals(environment.expand(remote.getUrl())));
    }

    private static Optional<Set<String>> ask(GitSCM git, Agent agent, String url)
            throws IOException, InterruptedException {
        try {
            return Optional.of(git
                    .createClient(TaskListener.NULL, agent.environment(), agent.run(), agent.workspace())
                    .getRemoteReferences(url, null, false, true)
                    .keySet()
                    .stream()
                    .map(name -> name.replaceFirst("^refs/tags/", ""))
                    .collect(Collectors.toSet()));
        } catch (GitException e) {
            if (Channel.isClosedChannelException(e)) {
                throw new IOException("The connection to the agent was lost", e);
            }
            LOGGER.log(Level.FINE, e, () -> "no answer to " + agent.run());
            return Optional.empty();
        }
    }
}
