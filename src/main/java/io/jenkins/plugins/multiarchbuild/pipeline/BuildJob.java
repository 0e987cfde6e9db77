package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** What the flow of one call of the step has to do. */
public final class BuildJob implements Serializable {

    private static final long serialVersionUID = 1L;

    private final MultiArchBuildStep step;
    private final ArrayList<GroupBuild> groups;
    private final SourceFrom source;
    private final String id;

    BuildJob(
            @NonNull MultiArchBuildStep step,
            @NonNull List<GroupBuild> groups,
            @NonNull SourceFrom source,
            @NonNull String id) {
        this.step = step;
        this.groups = new ArrayList<>(groups);
        this.source = source;
        this.id = id;
    }

    /** The step with its parameters. */
    @NonNull
    public MultiArchBuildStep getStep() {
        return step;
    }

    /** The groups to build, at least one. */
    @NonNull
    public List<GroupBuild> getGroups() {
        return new ArrayList<>(groups);
    }

    /** What tells this call of the step from the others of the same build. */
    @NonNull
    String getId() {
        return id;
    }

    /** Where groups on agents of their own get the source from. */
    @NonNull
    public SourceFrom getSource() {
        return source;
    }

    /** Whether the context of the calling workspace has to be packed for other agents. */
    public boolean isPacked() {
        return source == SourceFrom.WORKSPACE && groups.stream().anyMatch(group -> group.getLabel() != null);
    }

    /** Whether the workspace has to say where its source comes from. */
    public boolean isOriginAsked() {
        return source == SourceFrom.WORKSPACE && step.wantsStandardAnnotations();
    }

    /** Name of the stash of the packed context. */
    @NonNull
    public String getStashName() {
        return GroupBuild.DIRECTORY_PREFIX + id;
    }

    /** Where the packed context lies on its way into the stash and out of it. */
    @NonNull
    FilePath packDirectory(@NonNull Agent agent) {
        return agent.temporaryDirectory()
                .child(GroupBuild.DIRECTORY_PREFIX + agent.run().getNumber() + "-" + id + "-stash");
    }

    /** Name of the stash that the user made, or null. */
    @CheckForNull
    public String getUserStash() {
        return step.getStash();
    }

    /** How often a group is begun when its agent goes away, the first time included. */
    public int getTries() {
        return step.getRetries() + 1;
    }
}
