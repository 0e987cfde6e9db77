package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** What the flow of one call of the step has to do. */
public final class BuildJob implements Serializable {

    private static final long serialVersionUID = 1L;

    private final MultiArchBuildStep step;
    private final ArrayList<GroupBuild> groups;

    BuildJob(@NonNull MultiArchBuildStep step, @NonNull List<GroupBuild> groups) {
        this.step = step;
        this.groups = new ArrayList<>(groups);
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
}
