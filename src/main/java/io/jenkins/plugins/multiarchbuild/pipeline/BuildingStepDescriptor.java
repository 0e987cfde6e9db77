package io.jenkins.plugins.multiarchbuild.pipeline;

import hudson.Util;
import hudson.model.Item;
import hudson.model.Label;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Checks what is typed into the form of a step that builds, by asking the step itself. */
public abstract class BuildingStepDescriptor extends ImageStepDescriptor {

    /** Stands for the field that is not checked. */
    private static final String ANY_PLATFORM = "linux/amd64";

    @POST
    public FormValidation doCheckPlatforms(@AncestorInPath Item item, @QueryParameter String value) {
        return check(item, () -> new MultiArchBuildStep(FormText.parse("platforms", value), ANY_TAG).request());
    }

    @POST
    public FormValidation doCheckContext(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setContext(value));
    }

    @POST
    public FormValidation doCheckDockerfiles(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setDockerfiles(FormText.parse("dockerfiles", value)));
    }

    @POST
    public FormValidation doCheckBuilder(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setBuilder(value));
    }

    @POST
    public FormValidation doCheckBuildArgs(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setBuildArgs(FormText.parse("buildArgs", value)));
    }

    @POST
    public FormValidation doCheckSecrets(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> {
            step.setSecrets(FormText.parse("secrets", value));
            step.secretParameters();
        });
    }

    @POST
    public FormValidation doCheckSsh(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> {
            step.setSsh(FormText.parse("ssh", value));
            step.secretParameters();
        });
    }

    @POST
    public FormValidation doCheckLabels(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setLabels(FormText.parse("labels", value)));
    }

    @POST
    public FormValidation doCheckBuildContexts(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setBuildContexts(FormText.parse("buildContexts", value)));
    }

    @POST
    public FormValidation doCheckCacheFrom(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setCacheFrom(FormText.parse("cacheFrom", value)));
    }

    @POST
    public FormValidation doCheckCacheTo(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setCacheTo(FormText.parse("cacheTo", value)));
    }

    @POST
    public FormValidation doCheckNetwork(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setNetwork(value));
    }

    @POST
    public FormValidation doCheckSbom(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setSbom(FormText.parse("sbom", value)));
    }

    @POST
    public FormValidation doCheckAnnotations(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setAnnotations(FormText.parse("annotations", value)));
    }

    @POST
    public FormValidation doCheckProvenance(@AncestorInPath Item item, @QueryParameter String value) {
        return checkStep(item, step -> step.setProvenance(FormText.parse("provenance", value)));
    }

    /** Two platforms must not get the same tag, so the platforms and base tags typed so far are looked at too. */
    @POST
    public FormValidation doCheckArchTags(
            @AncestorInPath Item item,
            @QueryParameter String value,
            @QueryParameter String platforms,
            @QueryParameter String baseTags) {
        FormValidation alone = checkStep(item, step -> step.setArchTags(FormText.parse("archTags", value)));
        boolean othersAreGood = doCheckPlatforms(item, platforms).kind == FormValidation.Kind.OK
                && doCheckBaseTags(item, baseTags).kind == FormValidation.Kind.OK;
        if (alone.kind != FormValidation.Kind.OK || !othersAreGood) {
            return alone;
        }
        return check(item, () -> {
            MultiArchBuildStep step = new MultiArchBuildStep(platforms, baseTags);
            step.setArchTags(FormText.parse("archTags", value));
            step.request();
        });
    }

    @POST
    public FormValidation doCheckRetries(@AncestorInPath Item item, @QueryParameter String value) {
        if (!maySee(item) || Util.fixEmptyAndTrim(value) == null) {
            return FormValidation.ok();
        }
        try {
            int retries = Integer.parseInt(value.trim());
            return checkStep(item, step -> step.setRetries(retries));
        } catch (NumberFormatException e) {
            return FormValidation.error(Messages.BuildingStepDescriptor_noNumber(value));
        }
    }

    @POST
    public FormValidation doCheckAgents(@AncestorInPath Item item, @QueryParameter String value) {
        MultiArchBuildStep step = new MultiArchBuildStep(ANY_PLATFORM, ANY_TAG);
        step.setAgents(FormText.parse("agents", value));
        FormValidation entries = check(item, step::agentLabels);
        if (entries.kind != FormValidation.Kind.OK || !maySee(item)) {
            return entries;
        }
        return checkLabels(step.agentLabels());
    }

    private static FormValidation checkLabels(PlatformMap agents) {
        List<String> without = new ArrayList<>();
        for (String label : agents.entries().values()) {
            try {
                if (Label.parseExpression(label).isEmpty()) {
                    without.add("'" + label + "'");
                }
            } catch (IllegalArgumentException e) {
                return FormValidation.error(Messages.BuildingStepDescriptor_noExpression(label));
            }
        }
        return without.isEmpty()
                ? FormValidation.ok()
                : FormValidation.warning(Messages.BuildingStepDescriptor_noSuchAgent(String.join(", ", without)));
    }

    private static FormValidation checkStep(Item item, Consumer<MultiArchBuildStep> setter) {
        return check(item, () -> {
            MultiArchBuildStep step = new MultiArchBuildStep(ANY_PLATFORM, ANY_TAG);
            setter.accept(step);
            step.request();
        });
    }
}
