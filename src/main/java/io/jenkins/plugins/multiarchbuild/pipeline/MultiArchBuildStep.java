package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Builds an image for several platforms on Jenkins agents and publishes it as one. */
public final class MultiArchBuildStep extends Step implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Serializable platforms;
    private final Serializable baseTags;
    private String credentialsId;
    private String context;
    private String dockerfile;
    private Serializable dockerfiles;
    private String builder;
    private Serializable buildArgs;
    private Serializable labels;
    private String target;
    private Serializable provenance;
    private Serializable archTags;
    private boolean publish = true;

    /**
     * @param platforms a list, or a string with commas or white space
     * @param baseTags a list, or a string with commas or white space
     */
    @DataBoundConstructor
    public MultiArchBuildStep(Object platforms, Object baseTags) {
        this.platforms = StepParameters.plain(platforms);
        this.baseTags = StepParameters.plain(baseTags);
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
        return new BuildRequest(
                Platform.parseAll(StepParameters.list("platforms", platforms)),
                BuildRequest.parseBaseTags(StepParameters.list("baseTags", baseTags)),
                new BuildSource(
                        context == null ? "." : context,
                        dockerfile,
                        new PlatformMap(StepParameters.map("dockerfiles", dockerfiles))),
                new BuildOptions(
                        StepParameters.map("buildArgs", buildArgs),
                        StepParameters.map("labels", labels),
                        target,
                        provenance == null ? null : provenance.toString()),
                builder,
                archTags instanceof Map
                        ? ArchTags.of(new PlatformMap(StepParameters.map("archTags", archTags)))
                        : ArchTags.parse(archTags == null ? "false" : archTags.toString()),
                publish);
    }

    /** The credentials ids of the registries that need a login, by registry host. */
    @NonNull
    Map<String, String> credentialsIds() {
        Map<String, String> ids = new LinkedHashMap<>();
        if (credentialsId != null) {
            for (ImageReference tag : request().baseTags()) {
                ids.put(tag.registry(), credentialsId);
            }
        }
        return ids;
    }

    public Object getPlatforms() {
        return platforms;
    }

    public Object getBaseTags() {
        return baseTags;
    }

    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    @CheckForNull
    public String getContext() {
        return context;
    }

    @DataBoundSetter
    public void setContext(String context) {
        this.context = Util.fixEmptyAndTrim(context);
    }

    @CheckForNull
    public String getDockerfile() {
        return dockerfile;
    }

    @DataBoundSetter
    public void setDockerfile(String dockerfile) {
        this.dockerfile = Util.fixEmptyAndTrim(dockerfile);
    }

    @CheckForNull
    public Object getDockerfiles() {
        return dockerfiles;
    }

    @DataBoundSetter
    public void setDockerfiles(Object dockerfiles) {
        this.dockerfiles = StepParameters.plain(dockerfiles);
    }

    @CheckForNull
    public String getBuilder() {
        return builder;
    }

    @DataBoundSetter
    public void setBuilder(String builder) {
        this.builder = Util.fixEmptyAndTrim(builder);
    }

    @CheckForNull
    public Object getBuildArgs() {
        return buildArgs;
    }

    @DataBoundSetter
    public void setBuildArgs(Object buildArgs) {
        this.buildArgs = StepParameters.plain(buildArgs);
    }

    @CheckForNull
    public Object getLabels() {
        return labels;
    }

    @DataBoundSetter
    public void setLabels(Object labels) {
        this.labels = StepParameters.plain(labels);
    }

    @CheckForNull
    public String getTarget() {
        return target;
    }

    @DataBoundSetter
    public void setTarget(String target) {
        this.target = Util.fixEmptyAndTrim(target);
    }

    @CheckForNull
    public Object getProvenance() {
        return provenance;
    }

    @DataBoundSetter
    public void setProvenance(Object provenance) {
        this.provenance = StepParameters.plain(provenance);
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

    /** Registers the step as {@code multiArchBuild}. */
    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

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
