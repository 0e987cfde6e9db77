package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Label;
import hudson.model.Node;
import io.jenkins.plugins.multiarchbuild.call.AgentLabels;
import io.jenkins.plugins.multiarchbuild.call.BuildCall;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides which agent builds which platforms. */
final class Planner {

    private final BuildCall call;

    @CheckForNull
    private final Node here;

    /** @param here the node that the step runs on, or null outside of {@code node} */
    Planner(@NonNull BuildCall call, @CheckForNull Node here) {
        this.call = call;
        this.here = here;
    }

    /**
     * Returns the groups, in the order of their first platform.
     *
     * @param id identifies the call within the build
     * @throws InvalidRequestException if a platform has no agent or a label is not a label expression
     */
    @NonNull
    List<PlannedGroup> groups(@NonNull String id) {
        List<PlannedGroup> groups = new ArrayList<>();
        List<BuildGroup> plan = BuildGroup.of(
                call.request().platforms(), platform -> label(platform).filter(label -> !isHere(platform)));
        for (BuildGroup group : plan) {
            groups.add(new PlannedGroup(group, Language.text(reason(group)), id + "-" + groups.size()));
        }
        return groups;
    }

    private Optional<String> label(Platform platform) {
        Optional<String> label = labels().get(platform);
        if (label.isEmpty() && here == null) {
            throw AgentLabels.missing("multiArchBuild", platform);
        }
        return label;
    }

    private Sentence reason(BuildGroup group) {
        if (group.label() == null) {
            return Sentence.of("Planner.here");
        }
        boolean own = call.agents().get(group.platforms().get(0)).isPresent();
        return Sentence.of(own ? "Planner.byAgents" : "Planner.bySettings", group.label());
    }

    private boolean isHere(Platform platform) {
        Label expression = labels().parsed(platform).orElseThrow();
        return here != null && expression.matches(here);
    }

    private AgentLabels labels() {
        return new AgentLabels(call.agents(), call.farmAgents());
    }
}
