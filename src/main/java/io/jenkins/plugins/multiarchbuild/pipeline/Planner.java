package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Label;
import hudson.model.Node;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.engine.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.BuildPlan;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides which agent builds which platforms. */
final class Planner {

    private final MultiArchBuildStep step;

    @CheckForNull
    private final Node here;

    private final PlatformMap own;
    private final PlatformMap farm;

    /**
     * @param here the node that the step runs on, or null outside of {@code node}
     * @throws InvalidRequestException if agents is given for something that is no platform
     */
    Planner(@NonNull MultiArchBuildStep step, @CheckForNull Node here) {
        this.step = step;
        this.here = here;
        this.own = step.agentLabels();
        this.farm = MultiArchBuildConfiguration.get().agentLabels();
    }

    /**
     * The groups, in the order of their first platform.
     *
     * @param id what tells this call of the step from others of the same build
     * @throws InvalidRequestException if a platform has no agent or a label is no label expression
     */
    @NonNull
    List<GroupBuild> groups(@NonNull String id) {
        List<GroupBuild> groups = new ArrayList<>();
        BuildPlan plan = BuildPlan.of(
                step.request().platforms(), platform -> label(platform).filter(label -> !isHere(platform, label)));
        for (BuildGroup group : plan.groups()) {
            groups.add(new GroupBuild(step, group, reason(group), id + "-" + groups.size()));
        }
        return groups;
    }

    private Optional<String> label(Platform platform) {
        Optional<String> label = own.get(platform).or(() -> farm.get(platform));
        if (label.isEmpty() && here == null) {
            throw new InvalidRequestException("No agent for " + platform + ": call multiArchBuild inside node { },"
                    + " or name the agents with the parameter agents or, for all jobs, in the system configuration"
                    + " under Multi-arch builds.");
        }
        return label;
    }

    private String reason(BuildGroup group) {
        if (group.label() == null) {
            return "the agent that the step runs on";
        }
        String where = own.get(group.platforms().get(0)).isPresent() ? "agents" : "the global settings";
        return "chosen by the label '" + group.label() + "' of " + where;
    }

    private boolean isHere(Platform platform, String label) {
        try {
            Label expression = Label.parseExpression(label);
            return here != null && expression.matches(here);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("agents: '" + label + "' for " + platform
                    + " is not a label expression. Write it as in node('arm64 && docker').");
        }
    }
}
