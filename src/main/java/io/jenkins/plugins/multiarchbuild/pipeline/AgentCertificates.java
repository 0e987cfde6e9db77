package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.RegistryCertificates;
import java.io.File;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import jenkins.MasterToSlaveFileCallable;

/** Lets buildx on an agent trust the CAs that the agent's Docker was given for registries. */
final class AgentCertificates {

    private AgentCertificates() {}

    /**
     * @param directory a directory for the time of the task or of the build group
     * @param images images whose registries are asked
     * @param registries further hosts, with the port if there is one
     * @return the environment variables that make {@code docker} use them; none if the agent has no such CA
     */
    @NonNull
    static Map<String, String> trust(
            @NonNull Agent agent,
            @NonNull FilePath directory,
            @NonNull Collection<ImageReference> images,
            @NonNull Collection<String> registries)
            throws IOException, InterruptedException {
        TreeSet<String> all = new TreeSet<>(registries);
        images.forEach(image -> all.add(image.registry()));
        return directory.child("certificates").act(new Trust(all, agent.environment()));
    }

    private static final class Trust extends MasterToSlaveFileCallable<HashMap<String, String>> {

        private static final long serialVersionUID = 1L;

        private final TreeSet<String> registries;
        private final EnvVars environment;

        Trust(TreeSet<String> registries, EnvVars environment) {
            this.registries = registries;
            this.environment = environment;
        }

        @Override
        public HashMap<String, String> invoke(File directory, VirtualChannel channel) throws IOException {
            return new HashMap<>(
                    RegistryCertificates.ofMachine(environment).trust(registries, directory.toPath(), environment));
        }
    }
}
