package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Label;
import hudson.model.Node;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.engine.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decides which agent builds which platforms. */
final class Planner {

    private final MultiArchBuildStep step;

    @CheckForNull
    private final Node here;

    /** @param here the node that the step runs on, or null outside of {@code node} */
    Planner(@NonNull MultiArchBuildStep step, @CheckForNull Node here) {
        this.step = step;
        this.here = here;
    }

    /**
     * The groups: first the one of the agent at hand, then one a label.
     *
     * @param id what tells this call of the step from others of the same build
     * @throws InvalidRequestException if a platform has no agent or a label is no label expression
     */
    @NonNull
    List<GroupBuild> groups(@NonNull String id) {
        PlatformMap own = step.agentLabels();
        PlatformMap farm = MultiArchBuildConfiguration.get().agentLabels();
        List<Platform> atHand = new ArrayList<>();
        Map<String, List<Platform>> elsewhere = new LinkedHashMap<>();
        Map<String, String> reasons = new LinkedHashMap<>();
        for (Platform platform : step.request().platforms()) {
            String label = own.get(platform).or(() -> farm.get(platform)).orElse(null);
            if (isHere(platform, label)) {
                atHand.add(platform);
            } else {
                elsewhere.computeIfAbsent(label, key -> new ArrayList<>()).add(platform);
                String where = own.get(platform).isPresent() ? "agents" : "the global settings";
                reasons.putIfAbsent(label, "chosen by the label '" + label + "' of " + where);
            }
        }
        List<GroupBuild> groups = new ArrayList<>();
        if (!atHand.isEmpty()) {
            groups.add(
                    new GroupBuild(step, new BuildGroup(null, atHand), "the agent that the step runs on", id + "-0"));
        }
        elsewhere.forEach((label, platforms) -> groups.add(new GroupBuild(
                step, new BuildGroup(label, platforms), reasons.get(label), id + "-" + (groups.size() + 1))));
        return groups;
    }

    private boolean isHere(Platform platform, @CheckForNull String label) {
        if (label == null) {
            if (here == null) {
                throw new InvalidRequestException("No agent for " + platform + ": call multiArchBuild inside node { },"
                        + " or name the agents with the parameter agents or, for all jobs, in the system configuration"
                        + " under Multi-arch builds.");
            }
            return true;
        }
        try {
            Label expression = Label.parseExpression(label);
            return here != null && expression.matches(here);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("agents: '" + label + "' for " + platform
                    + " is not a label expression. Write it as in node('arm64 && docker').");
        }
    }
}
