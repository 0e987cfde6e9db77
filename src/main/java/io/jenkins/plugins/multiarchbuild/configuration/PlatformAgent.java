package io.jenkins.plugins.multiarchbuild.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Label;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The agents that build a platform. */
public final class PlatformAgent extends AbstractDescribableImpl<PlatformAgent> {

    private final String platform;
    private final String label;

    /**
     * @param platform a platform, an alias, an architecture, or {@code *} for all others
     * @param label label expression of the agents
     */
    @DataBoundConstructor
    public PlatformAgent(@CheckForNull String platform, @CheckForNull String label) {
        this.platform = Util.fixNull(platform).trim();
        this.label = Util.fixNull(label).trim();
    }

    @NonNull
    public String getPlatform() {
        return platform;
    }

    @NonNull
    public String getLabel() {
        return label;
    }

    /**
     * Checks both texts; whether an agent has the label at the moment does not matter.
     *
     * @throws InvalidRequestException if one is wrong
     */
    void check() {
        new PlatformMap(Map.of(platform, label));
        try {
            Label.parseExpression(label);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(Sentence.of("PlatformAgent.noExpression", label));
        }
    }

    /** Registers the entry and validates its form. */
    @Extension
    @Symbol("platformAgent")
    public static final class DescriptorImpl extends Descriptor<PlatformAgent> {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PlatformAgent_displayName();
        }

        @POST
        public FormValidation doCheckPlatform(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            try {
                new PlatformAgent(value, "any").check();
                return FormValidation.ok();
            } catch (InvalidRequestException e) {
                return FormValidation.error(Language.text(e));
            }
        }

        @POST
        public FormValidation doCheckLabel(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            if (Util.fixEmptyAndTrim(value) == null) {
                return FormValidation.error(Messages.PlatformAgent_noLabel());
            }
            try {
                new PlatformAgent(PlatformMap.REST, value).check();
                return Label.parseExpression(value).isEmpty()
                        ? FormValidation.warning(Messages.PlatformAgent_noSuchAgent(value))
                        : FormValidation.ok();
            } catch (InvalidRequestException e) {
                return FormValidation.error(Language.text(e));
            }
        }
    }
}
