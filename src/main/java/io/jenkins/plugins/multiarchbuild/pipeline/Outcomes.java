package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What has become of each group so far; only Pipeline code touches it, one thread at a time. */
public final class Outcomes implements Serializable {

    private static final long serialVersionUID = 1L;

    private final ArrayList<GroupBuild> groups;
    private final LinkedHashMap<String, ArrayList<PlatformImage>> images = new LinkedHashMap<>();
    private final LinkedHashMap<String, String> failures = new LinkedHashMap<>();
    private final LinkedHashMap<String, String> revisions = new LinkedHashMap<>();
    private final LinkedHashMap<String, String> checkout = new LinkedHashMap<>();

    public Outcomes(@NonNull List<GroupBuild> groups) {
        this.groups = new ArrayList<>(groups);
    }

    /** Notes what a group built. */
    public void built(@NonNull GroupBuild group, @NonNull List<PlatformImage> built) {
        images.put(group.getName(), new ArrayList<>(built));
    }

    /** Notes that a group failed. */
    public void failed(@NonNull GroupBuild group, @CheckForNull String reason) {
        failures.put(group.getName(), String.valueOf(reason));
    }

    /** Notes what a group's checkout said of itself. */
    public void checkedOut(@NonNull GroupBuild group, @CheckForNull Map<?, ?> variables) {
        if (variables != null) {
            checkedOut(variables);
            Object revision = variables.get(Origin.GIT_COMMIT);
            if (revision != null) {
                revisions.put(group.getName(), revision.toString());
            }
        }
    }

    /** Notes variables that say where the source comes from. */
    public void checkedOut(@NonNull Map<?, ?> variables) {
        variables.forEach((name, value) -> checkout.put(String.valueOf(name), String.valueOf(value)));
    }

    /** Variables that say where the source comes from; may be empty. */
    @NonNull
    public Map<String, String> getCheckout() {
        return new LinkedHashMap<>(checkout);
    }

    /** Whether a group has its images. */
    public boolean isBuilt(@NonNull GroupBuild group) {
        return images.containsKey(group.getName());
    }

    /** Whether every group has its images. */
    public boolean isComplete() {
        return images.size() == groups.size();
    }

    /** All images, in the order of the groups. */
    @NonNull
    public List<PlatformImage> all() {
        List<PlatformImage> all = new ArrayList<>();
        groups.forEach(group -> all.addAll(images.getOrDefault(group.getName(), new ArrayList<>())));
        return all;
    }

    /**
     * Makes sure that all groups that checked out for themselves built the same revision.
     *
     * @throws AbortException if they did not
     */
    public void checkRevisions() throws AbortException {
        if (revisions.values().stream().distinct().count() > 1) {
            throw new AbortException("Nothing is published: the agents checked out different revisions, " + revisions
                    + ". Someone pushed in between. Build again, or check out once in node { } and call"
                    + " multiArchBuild there.");
        }
    }

    /**
     * Ends with an error if a group failed.
     *
     * @throws AbortException that lists every group's outcome
     */
    public void checkFailures() throws AbortException {
        if (!failures.isEmpty()) {
            StringBuilder text = new StringBuilder("Nothing is published.");
            for (GroupBuild group : groups) {
                String name = group.getName();
                String outcome = failures.containsKey(name)
                        ? "failed: " + failures.get(name)
                        : images.containsKey(name) ? "was built: " + images.get(name) : "was not built";
                text.append("\n  ").append(name).append(' ').append(outcome);
            }
            throw new AbortException(text.toString());
        }
    }
}
