package io.jenkins.plugins.multiarchbuild.configuration;

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
import java.util.List;
import jenkins.authentication.tokens.api.AuthenticationTokens;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryToken;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The credentials for a registry that a step names none for. */
public final class RegistryCredentials extends AbstractDescribableImpl<RegistryCredentials> {

    private final String registry;
    private final String credentialsId;

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

    @NonNull
    public String getCredentialsId() {
        return credentialsId;
    }

    /** Registers the entry, checks what is typed into its form and offers the credentials that can work. */
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
                RegistryHost.parse("registry", value);
                return FormValidation.ok();
            } catch (InvalidRequestException e) {
                return FormValidation.error(e.getMessage());
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
                            AuthenticationTokens.matcher(DockerRegistryToken.class))
                    .includeCurrentValue(credentialsId);
        }
    }
}
