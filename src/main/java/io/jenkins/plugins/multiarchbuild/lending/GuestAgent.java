package io.jenkins.plugins.multiarchbuild.lending;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.ClosedChannelException;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.steps.DynamicContext;

/**
 * The agent that a guest works on, for the steps of the guest.
 *
 * @param name name of the node, empty for the built-in one
 */
record GuestAgent(@NonNull String name) implements Serializable {

    /** Takes precedence over the surrounding {@code node}, which provides the agent of the call itself. */
    @Extension(ordinal = 200)
    public static final class Context implements DynamicContext {

        @Override
        public <T> T get(Class<T> key, DelegatedContext context) throws IOException, InterruptedException {
            boolean file = key == FilePath.class;
            if (!file && key != Computer.class && key != Node.class) {
                return null;
            }
            GuestAgent guest = context.get(GuestAgent.class);
            if (guest == null) {
                return null;
            }
            Computer computer = Jenkins.get().getComputer(guest.name());
            if (computer == null) {
                // Pipeline recognises a lost agent by this exception
                throw new ClosedChannelException();
            }
            // Pipeline's own context provides directories
            return file ? null : key.cast(key == Node.class ? computer.getNode() : computer);
        }
    }
}
