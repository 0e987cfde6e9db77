package io.jenkins.plugins.multiarchbuild.configuration;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.RegistryHost;
import io.jenkins.plugins.multiarchbuild.engine.builder.BuilderSettings;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import jenkins.model.GlobalConfiguration;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** The section 'Multi-arch builds' of the system configuration. */
@Extension
@Symbol("multiArchBuild")
public final class MultiArchBuildConfiguration extends GlobalConfiguration {

    private List<PlatformAgent> agents = new ArrayList<>();
    private List<RegistryCredentials> registries = new ArrayList<>();
    private List<BuilderEntry> builders = new ArrayList<>();
    private boolean verifyPlatforms = true;

    /** Loads the saved settings. */
    public MultiArchBuildConfiguration() {
        load();
    }

    /** Returns the current settings. */
    @NonNull
    public static MultiArchBuildConfiguration get() {
        return ExtensionList.lookupSingleton(MultiArchBuildConfiguration.class);
    }

    /** Adds empty lists to the form, which omits a list whose last entry was removed. */
    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) throws FormException {
        for (String list : List.of("agents", "registries", "builders")) {
            if (!form.has(list)) {
                form.put(list, new JSONArray());
            }
        }
        return super.configure(request, form);
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
     * Returns the label expressions of the agents, by platform.
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
     * Returns the credentials for a registry for which a step names none.
     *
     * @param registry its host, and port if there is one
     * @throws InvalidRequestException if an entry names no registry
     */
    @NonNull
    public Optional<String> credentialsId(@NonNull String registry) {
        return registries.stream()
                .filter(entry -> !entry.getCredentialsId().isEmpty() && isFor(registry, entry))
                .map(RegistryCredentials::getCredentialsId)
                .findFirst();
    }

    /**
     * Returns the credentials for all registries that have some, by registry host.
     *
     * @throws InvalidRequestException if an entry names no registry
     */
    @NonNull
    public Map<String, String> credentialsIds() {
        Map<String, String> ids = new LinkedHashMap<>();
        for (RegistryCredentials entry : registries) {
            if (!entry.getCredentialsId().isEmpty()) {
                ids.putIfAbsent(host(entry), entry.getCredentialsId());
            }
        }
        return ids;
    }

    /**
     * Whether attestations must not be stored as OCI artifacts in a registry.
     *
     * @param registry its host, and port if there is one
     * @throws InvalidRequestException if an entry names no registry
     */
    public boolean isNoOciArtifacts(@NonNull String registry) {
        return registries.stream().anyMatch(entry -> entry.isNoOciArtifacts() && isFor(registry, entry));
    }

    private static boolean isFor(String registry, RegistryCredentials entry) {
        return host(entry).equals(registry);
    }

    private static String host(RegistryCredentials entry) {
        return RegistryHost.parse(Messages.MultiArchBuildConfiguration_registries(), entry.getRegistry());
    }

    @NonNull
    public List<BuilderEntry> getBuilders() {
        return new ArrayList<>(builders);
    }

    @DataBoundSetter
    public void setBuilders(@NonNull List<BuilderEntry> builders) {
        this.builders = new ArrayList<>(builders);
        save();
    }

    /**
     * Returns the managed builder with a name, if there is one.
     *
     * @throws InvalidRequestException if its settings are wrong, or two have the name
     */
    @NonNull
    public Optional<BuilderSettings> builder(@NonNull String name) {
        List<BuilderEntry> found =
                builders.stream().filter(entry -> entry.getName().equals(name)).toList();
        if (found.size() > 1) {
            throw new InvalidRequestException(Sentence.of("MultiArchBuildConfiguration.sameName", found.size(), name));
        }
        return found.stream().map(BuilderEntry::settings).findFirst();
    }

    /**
     * Whether the managed builder with a name has a property. Wrong settings count as having it: nothing may be removed
     * because of a mistake in them.
     */
    public boolean isBuilder(@NonNull String name, @NonNull Predicate<BuilderSettings> property) {
        try {
            return builder(name).filter(property).isPresent();
        } catch (InvalidRequestException e) {
            return true;
        }
    }

    /** Whether each platform's image is checked for programs of other platforms, unless a step says otherwise. */
    public boolean isVerifyPlatforms() {
        return verifyPlatforms;
    }

    @DataBoundSetter
    public void setVerifyPlatforms(boolean verifyPlatforms) {
        this.verifyPlatforms = verifyPlatforms;
        save();
    }
}
