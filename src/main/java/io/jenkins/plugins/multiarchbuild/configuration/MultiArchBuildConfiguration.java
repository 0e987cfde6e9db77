package io.jenkins.plugins.multiarchbuild.configuration;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.builder.BuilderSettings;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import jenkins.model.GlobalConfiguration;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * The section 'Multi-arch builds' of the system configuration. The setters refuse what is wrong, also from the form and
 * from code. A file of settings that is wrong is loaded nevertheless, so that Jenkins starts; reading what is wrong in it
 * fails then.
 */
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

    /**
     * Adds empty lists to the form, which omits a list whose last entry was removed.
     *
     * @throws FormException if an entry is wrong; nothing of the section is changed then
     */
    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) throws FormException {
        for (String list : List.of("agents", "registries", "builders")) {
            if (!form.has(list)) {
                form.put(list, new JSONArray());
            }
        }
        try {
            checkAgents(request.bindJSONToList(PlatformAgent.class, form.get("agents")));
            checkRegistries(request.bindJSONToList(RegistryCredentials.class, form.get("registries")));
            checkBuilders(request.bindJSONToList(BuilderEntry.class, form.get("builders")));
        } catch (InvalidRequestException e) {
            throw new FormException(Language.text(e), "multiArchBuild");
        }
        return super.configure(request, form);
    }

    @NonNull
    public List<PlatformAgent> getAgents() {
        return new ArrayList<>(agents);
    }

    /** @throws InvalidRequestException if an entry is wrong */
    @DataBoundSetter
    public void setAgents(@NonNull List<PlatformAgent> agents) {
        checkAgents(agents);
        this.agents = new ArrayList<>(agents);
        save();
    }

    private static void checkAgents(List<PlatformAgent> agents) {
        named(() -> {
            agents.forEach(PlatformAgent::check);
            return labels(agents);
        });
    }

    /**
     * Returns the label expressions of the agents, by platform.
     *
     * @throws InvalidRequestException if a platform is wrong or there twice, or a label is missing
     */
    @NonNull
    public PlatformMap agentLabels() {
        return named(() -> labels(agents));
    }

    private static PlatformMap labels(List<PlatformAgent> agents) {
        Map<String, String> labels = new LinkedHashMap<>();
        agents.forEach(agent -> labels.put(agent.getPlatform(), agent.getLabel()));
        return new PlatformMap(labels);
    }

    @NonNull
    public List<RegistryCredentials> getRegistries() {
        return new ArrayList<>(registries);
    }

    /** @throws InvalidRequestException if an entry names no registry */
    @DataBoundSetter
    public void setRegistries(@NonNull List<RegistryCredentials> registries) {
        checkRegistries(registries);
        this.registries = new ArrayList<>(registries);
        save();
    }

    private static void checkRegistries(List<RegistryCredentials> registries) {
        registries.forEach(MultiArchBuildConfiguration::host);
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
        return named(entry::host);
    }

    @NonNull
    public List<BuilderEntry> getBuilders() {
        return new ArrayList<>(builders);
    }

    /** @throws InvalidRequestException if an entry is wrong, or two have one name */
    @DataBoundSetter
    public void setBuilders(@NonNull List<BuilderEntry> builders) {
        checkBuilders(builders);
        this.builders = new ArrayList<>(builders);
        save();
    }

    private static void checkBuilders(List<BuilderEntry> builders) {
        builders.forEach(entry -> builder(builders, entry.getName()));
    }

    /**
     * Returns the managed builder with a name, if there is one.
     *
     * @throws InvalidRequestException if its settings are wrong, or two have the name
     */
    @NonNull
    public Optional<BuilderSettings> builder(@NonNull String name) {
        return builder(builders, name);
    }

    private static Optional<BuilderSettings> builder(List<BuilderEntry> builders, String name) {
        List<BuilderEntry> found =
                builders.stream().filter(entry -> entry.getName().equals(name)).toList();
        return named(() -> {
            if (found.size() > 1) {
                throw new InvalidRequestException(
                        Sentence.of("MultiArchBuildConfiguration.sameName", found.size(), name));
            }
            return found.stream().map(BuilderEntry::settings).findFirst();
        });
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

    /** Lets errors say that these settings are wrong, since they reach people who wrote something else. */
    private static <T> T named(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(Sentence.of("MultiArchBuildConfiguration.wrong", e.sentence()));
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
