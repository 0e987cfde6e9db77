package io.jenkins.plugins.multiarchbuild.step;

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

/** The parameters that both steps have: the tags to publish under, and the logins. */
public abstract class ImageStep extends Step {

    final Serializable baseTags;
    private String credentialsId;
    private Serializable registries;
    private Serializable annotations;
    private boolean supersede = true;
    private boolean immutableTags;

    ImageStep(@CheckForNull Object baseTags) {
        this.baseTags = Parameter.plain(baseTags);
    }

    /**
     * Returns the tags to publish under.
     *
     * @throws InvalidRequestException if there is none, or one is invalid
     */
    @NonNull
    List<ImageReference> parsedBaseTags() {
        return BuildRequest.parseBaseTags(Parameter.BASE_TAGS.list(baseTags));
    }

    /**
     * Returns where to publish: the base tags or, while they are not known, their repositories.
     *
     * @throws InvalidRequestException as {@link #parsedBaseTags()} does
     */
    @NonNull
    List<ImageReference> destinations() {
        return parsedBaseTags();
    }

    /**
     * Returns the credentials ids of the registries that need a login, by registry host. {@code registries} takes
     * precedence over {@code credentialsId}, and that over the global settings.
     *
     * @throws InvalidRequestException if an entry names no registry or no credentials
     */
    @NonNull
    Map<String, String> credentialsIds() {
        Map<String, String> ids = new LinkedHashMap<>();
        for (ImageReference tag : destinations()) {
            Optional.ofNullable(credentialsId)
                    .or(() -> MultiArchBuildConfiguration.get().credentialsId(tag.registry()))
                    .ifPresent(id -> ids.put(tag.registry(), id));
        }
        ids.putAll(registriesIds());
        return ids;
    }

    /** The credentials ids of {@code registries}, by registry host. */
    @NonNull
    final Map<String, String> registriesIds() {
        return RegistryParameter.parse(registries);
    }

    /** Whether the standard annotations are requested, whose values come from the build. */
    boolean wantsStandardAnnotations() {
        return annotations instanceof String text && text.lines().anyMatch(ImageStep::isAutomatic);
    }

    /**
     * Returns the annotations of the image index that the caller gives, by key.
     *
     * @throws InvalidRequestException if they are not a map
     */
    @NonNull
    Map<String, String> parsedAnnotations() {
        if (annotations instanceof String text) {
            return Parameter.ANNOTATIONS.map(
                    text.lines().filter(line -> !isAutomatic(line)).collect(Collectors.joining("\n")));
        }
        return Parameter.ANNOTATIONS.map(annotations);
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
        this.registries = Parameter.plain(registries);
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    public boolean isSupersede() {
        return supersede;
    }

    @DataBoundSetter
    public void setSupersede(boolean supersede) {
        this.supersede = supersede;
    }

    public boolean isImmutableTags() {
        return immutableTags;
    }

    @DataBoundSetter
    public void setImmutableTags(boolean immutableTags) {
        this.immutableTags = immutableTags;
    }

    @CheckForNull
    public Object getAnnotations() {
        return annotations;
    }

    @DataBoundSetter
    public void setAnnotations(Object annotations) {
        this.annotations = Parameter.plain(annotations);
    }
}
