package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.call.PlatformImage;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry.Kind;
import io.jenkins.plugins.multiarchbuild.timeline.Phases;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** The outcome of each group so far. Only Pipeline code uses it, one thread at a time. */
public final class Outcomes implements Serializable {

    private static final long serialVersionUID = 1L;

    private final ArrayList<PlannedGroup> groups;
    private final LinkedHashMap<String, ArrayList<PlatformImage>> images = new LinkedHashMap<>();
    private final LinkedHashMap<String, String> failures = new LinkedHashMap<>();
    private final LinkedHashMap<String, String> revisions = new LinkedHashMap<>();
    private final LinkedHashMap<String, String> checkout = new LinkedHashMap<>();

    /** The revision that gave the base tags, or null. */
    private String tagged;

    /** The revision whose bake file was read, or null; also null in a build that an older version of the plugin began. */
    private String read;

    private final LinkedHashMap<String, Integer> outages = new LinkedHashMap<>();

    /** Null in a build that an older version of the plugin began. */
    private final Phases phases;

    private final boolean archived;

    /** The groups whose work on their agent is done; null in a build that an older version of the plugin began. */
    private final HashSet<String> left = new HashSet<>();

    /**
     * Begins with no outcomes.
     *
     * @param phases the phases of the call, which has begun
     * @param archived whether the image goes into an archive instead of a registry
     */
    public Outcomes(@NonNull List<PlannedGroup> groups, @CheckForNull Phases phases, boolean archived) {
        this.groups = new ArrayList<>(groups);
        this.phases = phases;
        this.archived = archived;
    }

    /**
     * Begins a phase of a group, or of the whole call if that is null.
     *
     * @return the time, in milliseconds since 1970
     */
    public long begin(@NonNull Kind kind, @CheckForNull PlannedGroup group) {
        return phases == null ? System.currentTimeMillis() : phases.begin(kind, name(group));
    }

    /** Ends the phase of a group, or of the whole call if that is null. */
    public void end(@CheckForNull PlannedGroup group) {
        if (phases != null) {
            phases.end(name(group));
        }
    }

    @CheckForNull
    private static String name(@CheckForNull PlannedGroup group) {
        return group == null ? null : group.name();
    }

    /** Records what a group built. */
    public void built(@NonNull PlannedGroup group, @NonNull List<PlatformImage> built) {
        images.put(group.name(), new ArrayList<>(built));
    }

    /** Records that a group failed. */
    public void failed(@NonNull PlannedGroup group, @CheckForNull String reason) {
        failures.put(group.name(), String.valueOf(reason));
    }

    /**
     * Counts an outage of a group's agent or builder. Both have the same count, so that a group is not started again more
     * often than its call says, whatever goes away.
     *
     * @return how many outages the group has had, this one included
     */
    public int outage(@NonNull PlannedGroup group) {
        return outages.merge(group.name(), 1, Integer::sum);
    }

    /** Records what a group's checkout reported. */
    public void checkedOut(@NonNull PlannedGroup group, @CheckForNull Map<?, ?> variables) {
        if (variables != null) {
            checkedOut(variables);
            Object revision = variables.get(Origin.GIT_COMMIT);
            if (revision != null) {
                revisions.put(group.name(), revision.toString());
            }
        }
    }

    /** Records that the source of a group has given the base tags of the image. */
    public void tagged(@NonNull PlannedGroup group) {
        tagged = revisions.get(group.name());
    }

    /** Records that the bake file in the source of a group says what is built. */
    public void read(@NonNull PlannedGroup group) {
        read = revisions.get(group.name());
    }

    /** Records the variables of a checkout, which say where the source comes from. */
    public void checkedOut(@NonNull Map<?, ?> variables) {
        variables.forEach((name, value) -> checkout.put(String.valueOf(name), String.valueOf(value)));
    }

    /** Returns the variables of a checkout, which say where the source comes from; may be empty. */
    @NonNull
    public Map<String, String> getCheckout() {
        return new LinkedHashMap<>(checkout);
    }

    /** Records that a group's work on an agent is about to begin. */
    public void enter(@NonNull PlannedGroup group) {
        if (left != null) {
            left.remove(group.name());
        }
    }

    /** Records that nothing of a group is left to be done on its agent. */
    public void leave(@NonNull PlannedGroup group) {
        if (left != null) {
            left.add(group.name());
        }
    }

    /** Whether nothing of a group is left to be done on its agent. */
    public boolean hasLeft(@NonNull PlannedGroup group) {
        return left != null && left.contains(group.name());
    }

    /** Whether a group has its images. */
    public boolean isBuilt(@NonNull PlannedGroup group) {
        return images.containsKey(group.name());
    }

    /** Whether every group has its images. */
    public boolean isComplete() {
        return images.size() == groups.size();
    }

    /** Returns all images, in the order of the groups. */
    @NonNull
    public List<PlatformImage> all() {
        List<PlatformImage> all = new ArrayList<>();
        groups.forEach(group -> all.addAll(images.getOrDefault(group.name(), new ArrayList<>())));
        return all;
    }

    /**
     * Checks that all groups that checked out the source themselves built the same revision, which also gave the base
     * tags and the bake file.
     *
     * @throws AbortException if they did not
     */
    public void checkRevisions() throws AbortException {
        Set<String> distinct = new HashSet<>(revisions.values());
        // a group may have been checked out again since, on another agent
        Stream.of(tagged, read).filter(Objects::nonNull).forEach(distinct::add);
        if (distinct.size() > 1) {
            throw new AbortException(Language.text(Sentence.of("Outcomes.revisions", revisions)));
        }
    }

    /**
     * Checks that no group failed.
     *
     * @throws AbortException that lists every group's outcome
     */
    public void checkFailures() throws AbortException {
        if (!failures.isEmpty()) {
            StringBuilder text =
                    new StringBuilder(Language.text(Sentence.of(archived ? "Outcomes.noArchive" : "Outcomes.nothing")));
            for (PlannedGroup group : groups) {
                String name = group.name();
                Sentence outcome = failures.containsKey(name)
                        ? Sentence.of("Outcomes.failed", name, failures.get(name))
                        : images.containsKey(name)
                                ? Sentence.of("Outcomes.built", name, images.get(name))
                                : Sentence.of("Outcomes.notBuilt", name);
                text.append("\n  ").append(Language.text(outcome));
            }
            throw new AbortException(text.toString());
        }
    }
}
