package io.jenkins.plugins.multiarchbuild.configuration;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.GlobalConfiguration;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;

/** The section 'Multi-arch builds' of the system configuration. */
@Extension
@Symbol("multiArchBuild")
public final class MultiArchBuildConfiguration extends GlobalConfiguration {

    private List<PlatformAgent> agents = new ArrayList<>();

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
}
