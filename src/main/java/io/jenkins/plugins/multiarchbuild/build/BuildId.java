package io.jenkins.plugins.multiarchbuild.build;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.io.IOException;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionList;

/**
 * Identifies a build, also after a restart of the controller and while its job, or a folder above it, moves. Two ids are
 * equal if their keys are.
 *
 * @param key what stays the same when the job moves
 * @param name the build's external id, by which it is found: {@code team/app#42}. Whoever keeps an id for long has to
 *     replace it when an item has moved: see {@link #moved}.
 */
public record BuildId(@NonNull String key, @NonNull String name) {

    private static final Logger LOGGER = Logger.getLogger(BuildId.class.getName());

    /** The id of no build, which is never building. */
    public static final BuildId NONE = new BuildId("none", "");

    /** The key, which is kept with the build: nothing that a build has from the beginning is unique and stays. */
    private static final class Key extends InvisibleAction {

        private final String text = UUID.randomUUID().toString();
    }

    /** Returns the id of a build. */
    @NonNull
    public static synchronized BuildId of(@NonNull Run<?, ?> run) throws IOException {
        Key key = run.getAction(Key.class);
        if (key == null) {
            key = new Key();
            run.addAction(key);
            run.save();
        }
        return new BuildId(key.text, run.getExternalizableId());
    }

    /** Whether this is the id of a build. */
    public boolean isOf(@NonNull Run<?, ?> run) {
        Key found = run.getAction(Key.class);
        return found != null && found.text.equals(key);
    }

    /** Reads what {@link #text} returned. */
    @NonNull
    public static BuildId parse(@NonNull String text) {
        int blank = text.indexOf(' ');
        return new BuildId(text.substring(0, Math.max(0, blank)), text.substring(blank + 1));
    }

    /** Returns the id in one line. */
    @NonNull
    public String text() {
        return key + " " + name;
    }

    /** Whether the build exists and is not over, whatever the current user may see. */
    public boolean isBuilding() {
        if (equals(NONE)) {
            return false;
        }
        try (ACLContext context = ACL.as2(ACL.SYSTEM2)) {
            Run<?, ?> run = Run.fromExternalizableId(name);
            return run != null && isOf(run) ? run.isBuilding() : isRunning();
        }
    }

    /** Finds a build whose job moves right now: it has no name until the move is over. */
    private boolean isRunning() {
        for (FlowExecution execution : FlowExecutionList.get()) {
            try {
                if (execution.getOwner().getExecutable() instanceof Run<?, ?> run && isOf(run)) {
                    return run.isBuilding();
                }
            } catch (IOException e) {
                LOGGER.log(Level.FINE, e, () -> "cannot load the build of " + execution);
            }
        }
        return false;
    }

    /**
     * Returns the build's id after an item has moved.
     *
     * @param oldFullName what {@link hudson.model.listeners.ItemListener#onLocationChanged} says, as is the other
     * @return this id if the item is neither the build's job nor a folder above it
     */
    @NonNull
    public BuildId moved(@NonNull String oldFullName, @NonNull String newFullName) {
        // no name contains the first separator
        boolean affected = name.startsWith(oldFullName + "#") || name.startsWith(oldFullName + "/");
        return affected ? new BuildId(key, newFullName + name.substring(oldFullName.length())) : this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BuildId id && key.equals(id.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
