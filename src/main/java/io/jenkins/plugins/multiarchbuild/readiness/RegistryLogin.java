package io.jenkins.plugins.multiarchbuild.readiness;

import edu.umd.cs.findbugs.annotations.NonNull;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** Whether a registry lets an agent log in with the credentials of the global settings. */
@ExportedBean
public final class RegistryLogin {

    private final String registry;
    private final boolean accepted;

    RegistryLogin(@NonNull String registry, boolean accepted) {
        this.registry = registry;
        this.accepted = accepted;
    }

    /** Returns the host, and port if there is one. */
    @NonNull
    @Exported
    public String getRegistry() {
        return registry;
    }

    /** Whether the agent reached the registry, and it did not refuse the login. */
    @Exported
    public boolean isAccepted() {
        return accepted;
    }
}
