package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.command.Commands;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.registry.RegistryCertificates;
import java.io.File;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;
import jenkins.MasterToSlaveFileCallable;

/** Lets buildx on an agent trust the CAs that the agent's Docker was given for registries. */
final class AgentCertificates {

    private AgentCertificates() {}

    /**
     * @param directory a directory of {@link Agent#create}
     * @param home the home directory that {@code docker} sees
     * @param images images whose registries are accessed
     * @param registries further hosts, with the port if there is one
     * @return the environment variables that make {@code docker} use them; empty if the agent has no such CA
     */
    @NonNull
    static Map<String, String> trust(
            @NonNull Commands agent,
            @NonNull FilePath directory,
            @NonNull String home,
            @NonNull Collection<ImageReference> images,
            @NonNull Collection<String> registries)
            throws IOException, InterruptedException {
        TreeSet<String> all = new TreeSet<>(registries);
        images.forEach(image -> all.add(image.registry()));
        EnvVars environment = new EnvVars(agent.environment());
        environment.put("HOME", home);
        FilePath certificates = directory.child("certificates");
        return certificates.act(new Trust(all, environment))
                ? RegistryCertificates.variables(certificates.getRemote(), environment)
                : Map.of();
    }

    /** Says whether there are any. */
    private static final class Trust extends MasterToSlaveFileCallable<Boolean> {

        private static final long serialVersionUID = 1L;

        private final TreeSet<String> registries;
        private final EnvVars environment;

        Trust(TreeSet<String> registries, EnvVars environment) {
            this.registries = registries;
            this.environment = environment;
        }

        @Override
        public Boolean invoke(File directory, VirtualChannel channel) throws IOException {
            return !RegistryCertificates.ofMachine(environment)
                    .trust(registries, directory.toPath(), environment)
                    .isEmpty();
        }
    }
}
