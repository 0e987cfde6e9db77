package io.jenkins.plugins.multiarchbuild.readiness;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Computer;
import hudson.model.Job;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.slaves.Cloud;
import io.jenkins.plugins.multiarchbuild.call.AgentLabels;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/**
 * A platform, and the agents that may build it.
 *
 * @param platform the platform
 * @param label the label expression of its agents, or null for the agent that the step runs on
 * @param agents those that are there, online or not; at most {@link #MOST_AGENTS}, those that are online first
 * @param notes what the user should know about this choice
 * @param problem why there is no agent, or null
 */
record CheckedPlatform(
        @NonNull Platform platform,
        @CheckForNull String label,
        @NonNull List<Computer> agents,
        @NonNull List<String> notes,
        @CheckForNull String problem) {

    private static final int MOST_AGENTS = 50;

    /**
     * Finds the agents for a platform.
     *
     * @param here the agent that the step runs on, or null
     */
    @NonNull
    static CheckedPlatform of(
            @NonNull Run<?, ?> run,
            @NonNull Platform platform,
            @NonNull AgentLabels labels,
            @CheckForNull Computer here) {
        String label = labels.get(platform).orElse(null);
        if (label == null) {
            if (here == null) {
                throw AgentLabels.missing("multiArchCheck", platform);
            }
            return new CheckedPlatform(platform, null, List.of(here), List.of(), null);
        }
        Label expression = labels.parsed(platform).orElseThrow();
        List<Computer> found = expression.getNodes().stream()
                .filter(node -> node.getNumExecutors() > 0 && mayUse(run.getParent(), node))
                .flatMap(node -> Stream.ofNullable(node.toComputer()))
                .toList();
        if (found.isEmpty()) {
            String clouds = expression.getClouds().stream()
                    .map(Cloud::getDisplayName)
                    .sorted()
                    .collect(Collectors.joining(", "));
            return clouds.isEmpty()
                    ? new CheckedPlatform(
                            platform, label, found, List.of(), Messages.CheckedPlatform_noSuchAgent(label))
                    : new CheckedPlatform(
                            platform, label, found, List.of(Messages.CheckedPlatform_onlyCloud(label, clouds)), null);
        }
        List<Computer> asked = new ArrayList<>(found);
        asked.sort((a, b) -> Boolean.compare(a.isOffline(), b.isOffline()));
        List<String> notes = found.size() <= MOST_AGENTS
                ? List.of()
                : List.of(Messages.CheckedPlatform_many(found.size(), label, MOST_AGENTS));
        return new CheckedPlatform(platform, label, asked.subList(0, Math.min(MOST_AGENTS, asked.size())), notes, null);
    }

    /** Whether the job's builds may run there: what a job may not use it need not know either. */
    private static boolean mayUse(Job<?, ?> job, Node node) {
        Authentication authentication = job instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
        return Jenkins.get().getAuthorizationStrategy().getACL(node).hasPermission2(authentication, Computer.BUILD);
    }

    /** Whether some agent can build it; null if none is there and a cloud may start one. */
    @CheckForNull
    Boolean isBuildable(@NonNull Survey survey) {
        if (agents.isEmpty() && problem == null) {
            return null;
        }
        return agents.stream().anyMatch(each -> survey.of(each).builds(platform));
    }
}
