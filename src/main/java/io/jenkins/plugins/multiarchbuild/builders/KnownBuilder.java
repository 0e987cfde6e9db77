package io.jenkins.plugins.multiarchbuild.builders;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.build.BuildId;
import io.jenkins.plugins.multiarchbuild.engine.builder.ManagedBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A builder that this controller has created on a node. It is kept in a file, so it is a class of plain values. */
final class KnownBuilder {

    private final String node;
    private final String builder;
    private final String setting;
    private TreeMap<String, String> environment = new TreeMap<>();

    /** Whether a call brought the settings along, instead of naming a global setting. */
    private boolean own;

    private long lastUsed;

    /** The ids of the builds that may use it, as texts; some of them may be over. */
    private final ArrayList<String> uses = new ArrayList<>();

    /** @param node name of the node, empty for the built-in node */
    KnownBuilder(@NonNull String node, @NonNull ManagedBuilder builder) {
        this.node = node;
        this.builder = builder.name();
        this.setting = builder.settings().name();
    }

    @NonNull
    String node() {
        return node;
    }

    /** Returns its name for buildx. */
    @NonNull
    String builder() {
        return builder;
    }

    /** Returns the name under which calls ask for it. */
    @NonNull
    String setting() {
        return setting;
    }

    @NonNull
    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    boolean isOwn() {
        return own;
    }

    long lastUsed() {
        return lastUsed;
    }

    /** Whether it is the same builder on the same node. */
    boolean isSameAs(@NonNull KnownBuilder other) {
        return node.equals(other.node) && builder.equals(other.builder);
    }

    /**
     * Notes that a build uses it from now on.
     *
     * @param variables what {@code docker} needs to find the builder
     */
    void use(@NonNull BuildId run, boolean byCall, @NonNull Map<String, String> variables, long time) {
        environment = new TreeMap<>(variables);
        uses.remove(run.text());
        uses.add(run.text());
        own = byCall;
        lastUsed = time;
    }

    /** Returns the ids of the builds that may use it, as texts. */
    @NonNull
    List<String> uses() {
        return List.copyOf(uses);
    }

    /** Forgets builds that are over, except the last one, whose job is still of interest. */
    void endUses(@NonNull Set<String> over) {
        String last = uses.isEmpty() ? "" : uses.get(uses.size() - 1);
        uses.removeIf(each -> over.contains(each) && !each.equals(last));
    }

    /** Whether a build may use it that is not over. */
    boolean isUsed(@NonNull Set<String> over) {
        return !over.containsAll(uses);
    }

    /** Whether the job that used this one last has since changed the settings that it brings along. */
    boolean isReplacedBy(@NonNull KnownBuilder other) {
        return own
                && other.own
                && node.equals(other.node)
                && setting.equals(other.setting)
                && !builder.equals(other.builder)
                && lastUsed < other.lastUsed
                && lastJob().equals(other.lastJob());
    }

    private String lastJob() {
        return uses.isEmpty()
                ? ""
                : BuildId.parse(uses.get(uses.size() - 1)).name().replaceFirst("#\\d+$", "");
    }

    /** Follows a job that has moved. */
    void moved(@NonNull String oldFullName, @NonNull String newFullName) {
        uses.replaceAll(
                each -> BuildId.parse(each).moved(oldFullName, newFullName).text());
    }
}
