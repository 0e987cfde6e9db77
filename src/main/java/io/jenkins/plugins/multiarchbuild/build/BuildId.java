package io.jenkins.plugins.multiarchbuild.build;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;

/**
 * Identifies a build, also after a restart of the controller. Whoever keeps one has to replace it when the job or a
 * folder above it moves, which may happen while the build runs: see {@link #moved}.
 *
 * @param text the build's external id: {@code team/app#42}
 */
public record BuildId(@NonNull String text) {

    /** Returns the id of a build. */
    @NonNull
    public static BuildId of(@NonNull Run<?, ?> run) {
        return new BuildId(run.getExternalizableId());
    }

    /** Whether the build exists and is not over, whatever the current user may see. */
    public boolean isBuilding() {
        try (ACLContext context = ACL.as2(ACL.SYSTEM2)) {
            Run<?, ?> run = Run.fromExternalizableId(text);
            return run != null && run.isBuilding();
        }
    }

    /**
     * Returns the build's id after an item has moved.
     *
     * @param oldFullName what {@link hudson.model.listeners.ItemListener#onLocationChanged} says, as is the other
     * @return this id if the item is not the build's job
     */
    @NonNull
    public BuildId moved(@NonNull String oldFullName, @NonNull String newFullName) {
        // no name contains this separator
        return text.startsWith(oldFullName + "#")
                ? new BuildId(newFullName + text.substring(oldFullName.length()))
                : this;
    }

    @Override
    public String toString() {
        return text;
    }
}
