package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Builds an image for several platforms on Jenkins agents and publishes it as one. */
public final class MultiArchBuildStep extends BuildingStep {

    private static final long serialVersionUID = 1L;

    /** How often a group is built anew when its agent goes away, if the user does not say. */
    static final int DEFAULT_RETRIES = 2;

    private static final int MOST_RETRIES = 10;

    private final Serializable platforms;
    private Serializable agents;
    private String stash;
    private Serializable archTags;
    private boolean publish = true;
    private boolean failFast = true;
    private int retries = DEFAULT_RETRIES;

    /**
     * @param platforms a list, or a string with commas or white space
     * @param baseTags a list, or a string with commas or white space
     */
    @DataBoundConstructor
    public MultiArchBuildStep(Object platforms, Object baseTags) {
        super(baseTags);
        this.platforms = StepParameters.plain(platforms);
    }

    @Override
    public StepExecution start(StepContext stepContext) {
        return new MultiArchBuildExecution(stepContext, this);
    }

    /**
     * The request that the parameters make.
     *
     * @throws InvalidRequestException if they make none
     */
    @NonNull
    BuildRequest request() {
        if (retries < 0 || retries > MOST_RETRIES) {
            throw new InvalidRequestException(
                    "retries: " + retries + " is not a number from 0 to " + MOST_RETRIES + ".");
        }
        return new BuildRequest(
                Platform.parseAll(StepParameters.list("platforms", platforms)),
                parsedBaseTags(),
                source(),
                options(),
                getBuilder(),
                archTags instanceof Map
                        ? ArchTags.of(new PlatformMap(StepParameters.map("archTags", archTags)))
                        : ArchTags.parse(archTags == null ? "false" : archTags.toString()),
                publish);
    }

    /**
     * The label expressions of the agents that build, by platform.
     *
     * @throws InvalidRequestException if one is given for something that is no platform
     */
    @NonNull
    PlatformMap agentLabels() {
        return new PlatformMap(StepParameters.map("agents", agents));
    }

    public Object getPlatforms() {
        return platforms;
    }

    @CheckForNull
    public Object getAgents() {
        return agents;
    }

    @DataBoundSetter
    public void setAgents(Object agents) {
        this.agents = StepParameters.plain(agents);
    }

    @CheckForNull
    public String getStash() {
        return stash;
    }

    @DataBoundSetter
    public void setStash(String stash) {
        this.stash = Util.fixEmptyAndTrim(stash);
    }

    @CheckForNull
    public Object getArchTags() {
        return archTags;
    }

    @DataBoundSetter
    public void setArchTags(Object archTags) {
        this.archTags = Boolean.FALSE.equals(archTags) ? null : StepParameters.plain(archTags);
    }

    public boolean isPublish() {
        return publish;
    }

    @DataBoundSetter
    public void setPublish(boolean publish) {
        this.publish = publish;
    }

    public boolean isFailFast() {
        return failFast;
    }

    @DataBoundSetter
    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

    public int getRetries() {
        return retries;
    }

    @DataBoundSetter
    public void setRetries(int retries) {
        this.retries = retries;
    }

    /** Registers the step as {@code multiArchBuild}. */
    @Extension
    public static final class DescriptorImpl extends BuildingStepDescriptor {

        @Override
        public String getFunctionName() {
            return "multiArchBuild";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.MultiArchBuildStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, TaskListener.class);
        }
    }
}
