package io.jenkins.plugins.multiarchbuild.configuration;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.RegistryHost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jenkins.model.GlobalConfiguration;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;

/** The section 'Multi-arch builds' of the system configuration. */
@Extension
@Symbol("multiArchBuild")
public final class MultiArchBuildConfiguration extends GlobalConfiguration {

    private List<PlatformAgent> agents = new ArrayList<>();
    private List<RegistryCredentials> registries = new ArrayList<>();

    /** Loads what was saved. */
    public MultiArchBuildConfiguration() {
        load();
    }

    /** The settings in force. */
    @NonNull
    public static MultiArchBuildConfiguration get() {
        return ExtensionList.lookupSingleton(MultiArchBuildConfiguration.class);
    }

    @NonNull
    public List<PlatformAgent> getAgents() {
        return new ArrayList<>(agents);
    }

    @DataBoundSetter
    public void setAgents(@NonNull List<PlatformAgent> agents) {
        this.agents = new ArrayList<>(agents);
        save();
    }

    /**
     * The label expressions of the agents, by platform.
     *
     * @throws InvalidRequestException if an entry is wrong
     */
    @NonNull
    public PlatformMap agentLabels() {
        Map<String, String> labels = new LinkedHashMap<>();
        agents.forEach(agent -> labels.put(agent.getPlatform(), agent.getLabel()));
        return new PlatformMap(labels);
    }

    @NonNull
    public List<RegistryCredentials> getRegistries() {
        return new ArrayList<>(registries);
    }

    @DataBoundSetter
    public void setRegistries(@NonNull List<RegistryCredentials> registries) {
        this.registries = new ArrayList<>(registries);
        save();
    }

    /**
     * The credentials for a registry that a step names none for.
     *
     * @param registry its host, and port if there is one
     */
    @NonNull
    public Optional<String> credentialsId(@NonNull String registry) {
        return registries.stream()
                .filter(entry -> !entry.getCredentialsId().isEmpty()
                        && RegistryHost.parse("Multi-arch builds, registries", entry.getRegistry())
                                .equals(registry))
                .map(RegistryCredentials::getCredentialsId)
                .findFirst();
    }
}
