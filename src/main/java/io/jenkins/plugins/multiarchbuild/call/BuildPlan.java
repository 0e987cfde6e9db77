package io.jenkins.plugins.multiarchbuild.call;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import java.io.Serializable;
import java.util.List;

/**
 * The plan of one call, which the flow carries out.
 *
 * @param call the call
 * @param groups the groups to build, at least one
 * @param source where groups on other agents get the source from
 * @param id identifies the call within the build; valid in a file name
 * @param baked what the bake file of the call says, or null if it has none or is not read yet
 */
public record BuildPlan(
        @NonNull BuildCall call,
        @NonNull List<PlannedGroup> groups,
        @NonNull SourceFrom source,
        @NonNull String id,
        @CheckForNull BakeTargets baked)
        implements Serializable {

    public BuildPlan {
        groups = List.copyOf(groups);
    }

    private Object writeReplace() {
        return SavedPlan.of(this);
    }

    /** Returns what the call says: what to build and, of all images together, where to publish it. */
    @NonNull
    public BuildRequest request() {
        return call.request();
    }

    /** Returns everything to build. */
    @NonNull
    public BakeTargets targets() {
        return baked == null ? BakeTargets.of(request()) : baked;
    }

    /** Whether the bake file of the call still has to be read. */
    public boolean isFileAsked() {
        return call.bake() != null && baked == null;
    }

    /** Returns this plan with what its bake file says. */
    @NonNull
    public BuildPlan with(@NonNull BakeTargets targets) {
        return new BuildPlan(call, groups, source, id, targets);
    }

    /** Whether the current agent builds everything. */
    public boolean isAllHere() {
        return groups.stream().allMatch(group -> group.label() == null);
    }

    /** Whether the source in the calling workspace has to be packed for other agents. */
    public boolean isPacked() {
        return source == SourceFrom.WORKSPACE && !isAllHere();
    }

    /** Whether Git in the calling workspace has to be asked where the source comes from. */
    public boolean isOriginAsked() {
        return source == SourceFrom.WORKSPACE && request().options().standardAnnotations();
    }

    /** Whether Git still has to be asked for the base tags. */
    public boolean isTagsAsked() {
        return !call.repositories().isEmpty()
                && (request().push() || isArchived())
                && request().baseTags().isEmpty();
    }

    /** Whether the image is written into an archive instead of being pushed. */
    public boolean isArchived() {
        return call.archive() != null;
    }

    /**
     * Returns the path of the archive of a plan that {@link #isArchived}, relative to the current directory.
     *
     * @throws IllegalStateException if there is none
     */
    @NonNull
    public String archive() {
        String archive = call.archive();
        if (archive == null) {
            throw new IllegalStateException("nothing is archived");
        }
        return archive;
    }

    /** Returns this plan with the base tags that are now known, before its bake file is read. */
    @NonNull
    public BuildPlan withBaseTags(@NonNull List<ImageReference> tags) {
        return new BuildPlan(call.withRequest(request().withBaseTags(tags)), groups, source, id, baked);
    }

    /** Returns the name of the stash that holds the packed source. */
    @NonNull
    public String stashName() {
        return "multi-arch-build-" + id;
    }
}
