package io.jenkins.plugins.multiarchbuild.step;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarchbuild.agent.AgentTaskExecution;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.registry.DuplicateChoice;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publication;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import io.jenkins.plugins.multiarchbuild.task.PromoteTask;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Publishes images that are in a registry as one image, under new tags. */
public final class MultiArchPublishStep extends ImageStep {

    private final Serializable images;
    private String prefer;

    /**
     * @param images references by digest or by tag: a list, or a string with commas or white space
     * @param baseTags a list, or a string with commas or white space
     */
    @DataBoundConstructor
    public MultiArchPublishStep(Object images, Object baseTags) {
        super(baseTags);
        this.images = Parameter.plain(images);
    }

    @Override
    public StepExecution start(StepContext context) throws IOException, InterruptedException {
        try {
            String id = context.get(FlowNode.class).getId();
            return new AgentTaskExecution(context, new PromoteTask(publication(), credentialsIds(), id, isSupersede()));
        } catch (InvalidRequestException e) {
            throw new AbortException(Language.text(e));
        }
    }

    /**
     * Returns the images to publish.
     *
     * @throws InvalidRequestException if there is none, or one has neither a tag nor a digest
     */
    @NonNull
    List<ImageReference> parsedImages() {
        List<ImageReference> references = Parameter.IMAGES.list(images).stream()
                .map(ImageReference::parse)
                .distinct()
                .toList();
        if (references.isEmpty()) {
            throw new InvalidRequestException(Sentence.of("MultiArchPublishStep.noImages"));
        }
        for (ImageReference reference : references) {
            if (reference.tag() == null && reference.digest() == null) {
                throw new InvalidRequestException(Sentence.of("MultiArchPublishStep.noTag", reference));
            }
        }
        return references;
    }

    /**
     * Returns what is to be published.
     *
     * @throws InvalidRequestException if a parameter is malformed
     */
    @NonNull
    Publication publication() {
        if (wantsStandardAnnotations()) {
            throw new InvalidRequestException(Sentence.of("MultiArchPublishStep.auto"));
        }
        return Publication.of(parsedImages(), parsedBaseTags())
                .withAnnotations(parsedAnnotations())
                .preferring(DuplicateChoice.parse(prefer))
                .immutable(isImmutableTags());
    }

    @CheckForNull
    public Object getImages() {
        return images;
    }

    @CheckForNull
    public String getPrefer() {
        return prefer;
    }

    @DataBoundSetter
    public void setPrefer(String prefer) {
        this.prefer = Util.fixEmptyAndTrim(prefer);
    }

    /** Registers the step as {@code multiArchPublish}. */
    @Extension
    public static final class DescriptorImpl extends ImageStepDescriptor {

        @Override
        public String getFunctionName() {
            return "multiArchPublish";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.MultiArchPublishStep_displayName();
        }

        @POST
        public FormValidation doCheckImages(@AncestorInPath Item item, @QueryParameter String value) {
            return check(
                    item, () -> new MultiArchPublishStep(Parameter.fromForm("images", value), null).parsedImages());
        }

        @POST
        public FormValidation doCheckAnnotations(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setAnnotations(Parameter.fromForm("annotations", value)));
        }

        @POST
        public FormValidation doCheckPrefer(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setPrefer(value));
        }

        private static FormValidation checkStep(Item item, Consumer<MultiArchPublishStep> setter) {
            return check(item, () -> {
                MultiArchPublishStep step = new MultiArchPublishStep(ANY_TAG, ANY_TAG);
                setter.accept(step);
                step.publication();
            });
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, FilePath.class, EnvVars.class, Launcher.class, TaskListener.class);
        }
    }
}
