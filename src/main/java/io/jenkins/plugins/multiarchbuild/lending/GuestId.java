package io.jenkins.plugins.multiarchbuild.lending;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.build.BuildId;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.graph.FlowNode;

/**
 * A group that works, or may work, on a lent executor.
 *
 * @param run the build that it belongs to
 * @param block id of the flow node of the group's request for an agent, or of its work once it has one
 */
record GuestId(@NonNull BuildId run, @NonNull String block) {

    @NonNull
    static GuestId of(@NonNull Run<?, ?> run, @NonNull FlowNode block) throws IOException {
        return new GuestId(BuildId.of(run), block.getId());
    }

    /** Returns the id after a job or a folder has moved: see {@link BuildId#moved}. */
    @NonNull
    GuestId moved(@NonNull String oldFullName, @NonNull String newFullName) {
        return new GuestId(run.moved(oldFullName, newFullName), block);
    }
}
