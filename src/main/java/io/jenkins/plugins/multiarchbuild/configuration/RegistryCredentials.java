package io.jenkins.plugins.multiarchbuild.configuration;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.RegistryHost;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.util.List;
import jenkins.authentication.tokens.api.AuthenticationTokens;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryToken;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The settings for one registry: credentials for steps that name none, and what it does not accept. */
public final class RegistryCredentials extends AbstractDescribableImpl<RegistryCredentials> {

    private final String registry;
    private final String credentialsId;
    private boolean noOciArtifacts;

    /** @param registry host of the registry, and port if there is one, or its URL */
    @DataBoundConstructor
    public RegistryCredentials(@CheckForNull String registry, @CheckForNull String credentialsId) {
        this.registry = Util.fixNull(registry).trim();
        this.credentialsId = Util.fixNull(credentialsId).trim();
    }

    @NonNull
    public String getRegistry() {
        return registry;
    }

    /**
     * Returns the host of the registry, and port if there is one, as in image references.
     *
     * @throws InvalidRequestException if the text names no registry
     */
    @NonNull
    String host() {
        return RegistryHost.parse("registry", registry);
    }

    @NonNull
    public String getCredentialsId() {
        return credentialsId;
    }

    /** Whether attestations must not be stored as OCI artifacts in this registry. */
    public boolean isNoOciArtifacts() {
        return noOciArtifacts;
    }

    @DataBoundSetter
    public void setNoOciArtifacts(boolean noOciArtifacts) {
        this.noOciArtifacts = noOciArtifacts;
    }

    /** Registers the entry, validates its form and lists suitable credentials. */
    @Extension
    @Symbol("registryCredentials")
    public static final class DescriptorImpl extends Descriptor<RegistryCredentials> {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RegistryCredentials_displayName();
        }

        @POST
        public FormValidation doCheckRegistry(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            try {
                new RegistryCredentials(value, null).host();
                return FormValidation.ok();
            } catch (InvalidRequestException e) {
                return FormValidation.error(Language.text(e));
            }
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                return new StandardListBoxModel().includeCurrentValue(credentialsId);
            }
            return new StandardListBoxModel()
                    .includeEmptyValue()
                    .includeMatchingAs(
                            ACL.SYSTEM2,
                            Jenkins.get(),
                            StandardCredentials.class,
                            List.of(),
                            // jobs cannot use credentials in the System scope
                            CredentialsMatchers.allOf(
                                    AuthenticationTokens.matcher(DockerRegistryToken.class),
                                    CredentialsMatchers.not(CredentialsMatchers.withScope(CredentialsScope.SYSTEM))))
                    .includeCurrentValue(credentialsId);
        }
    }
}
