package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters of a step that publishes an image: under which tags, with which logins. */
public abstract class PublishingStep extends Step implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Serializable baseTags;
    private String credentialsId;
    private Serializable registries;
    private Serializable annotations;

    PublishingStep(@CheckForNull Object baseTags) {
        this.baseTags = StepParameters.plain(baseTags);
    }

    /**
     * The tags to publish under.
     *
     * @throws InvalidRequestException if there is none or one is no valid base tag
     */
    @NonNull
    List<ImageReference> parsedBaseTags() {
        return BuildRequest.parseBaseTags(StepParameters.list("baseTags", baseTags));
    }

    /**
     * The credentials ids of the registries that need a login, by registry host; what is said of a single registry comes
     * before what is said of those of all base tags, and that before the system configuration.
     *
     * @throws InvalidRequestException if an entry names no registry or no credentials
     */
    @NonNull
    Map<String, String> credentialsIds() {
        Map<String, String> ids = new LinkedHashMap<>();
        for (ImageReference tag : parsedBaseTags()) {
            Optional.ofNullable(credentialsId)
                    .or(() -> MultiArchBuildConfiguration.get().credentialsId(tag.registry()))
                    .ifPresent(id -> ids.put(tag.registry(), id));
        }
        ids.putAll(RegistryParameter.parse(registries));
        return ids;
    }

    /** Whether the annotations that can be told from the build are wanted. */
    boolean wantsStandardAnnotations() {
        return annotations instanceof String text && text.lines().anyMatch(PublishingStep::isAutomatic);
    }

    /**
     * The annotations of the image index that the caller gives, by key.
     *
     * @throws InvalidRequestException if they are no map
     */
    @NonNull
    Map<String, String> parsedAnnotations() {
        if (annotations instanceof String text) {
            return StepParameters.map(
                    "annotations",
                    text.lines().filter(line -> !isAutomatic(line)).collect(Collectors.joining("\n")));
        }
        return StepParameters.map("annotations", annotations);
    }

    private static boolean isAutomatic(String line) {
        return line.trim().equals("auto");
    }

    public Object getBaseTags() {
        return baseTags;
    }

    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @CheckForNull
    public Object getRegistries() {
        return registries;
    }

    @DataBoundSetter
    public void setRegistries(Object registries) {
        this.registries = StepParameters.plain(registries);
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    @CheckForNull
    public Object getAnnotations() {
        return annotations;
    }

    @DataBoundSetter
    public void setAnnotations(Object annotations) {
        this.annotations = StepParameters.plain(annotations);
    }
}
