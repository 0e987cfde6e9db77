package io.jenkins.plugins.multiarchbuild.configuration;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsScope;
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
import io.jenkins.plugins.multiarchbuild.engine.builder.BuilderSettings;
import io.jenkins.plugins.multiarchbuild.engine.builder.ReadSettings;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.docker.commons.credentials.DockerServerCredentials;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A managed builder of the global settings. Its texts are checked when they are entered and when a call needs it. */
public final class BuilderEntry extends AbstractDescribableImpl<BuilderEntry> {

    private final String name;
    private String driver;
    private String endpoint;
    private String certificates;
    private String image;
    private String options;
    private String mirrors;
    private String keepStorage;
    private String minFree;

    /** @param name the name under which calls ask for it */
    @DataBoundConstructor
    public BuilderEntry(@CheckForNull String name) {
        this.name = Util.fixNull(name).trim();
    }

    /**
     * Returns what the texts mean.
     *
     * @throws InvalidRequestException if one is wrong
     */
    @NonNull
    public BuilderSettings settings() {
        Map<String, String> values = new HashMap<>();
        values.put("name", name);
        values.put("driver", driver);
        values.put("endpoint", endpoint);
        values.put("certificates", certificates);
        values.put("image", image);
        values.put("options", options);
        values.put("mirrors", mirrors);
        values.put("keepStorage", keepStorage);
        values.put("minFree", minFree);
        return ReadSettings.of(values);
    }

    @NonNull
    public String getName() {
        return name;
    }

    @CheckForNull
    public String getDriver() {
        return driver;
    }

    @DataBoundSetter
    public void setDriver(String driver) {
        this.driver = Util.fixEmptyAndTrim(driver);
    }

    /** Returns where its nodes are: one endpoint, or lines of {@code platform=endpoint}. */
    @CheckForNull
    public String getEndpoint() {
        return endpoint;
    }

    @DataBoundSetter
    public void setEndpoint(String endpoint) {
        this.endpoint = Util.fixEmptyAndTrim(endpoint);
    }

    @CheckForNull
    public String getCertificates() {
        return certificates;
    }

    @DataBoundSetter
    public void setCertificates(String certificates) {
        this.certificates = Util.fixEmptyAndTrim(certificates);
    }

    @CheckForNull
    public String getImage() {
        return image;
    }

    @DataBoundSetter
    public void setImage(String image) {
        this.image = Util.fixEmptyAndTrim(image);
    }

    /** Returns lines of {@code name=value}. */
    @CheckForNull
    public String getOptions() {
        return options;
    }

    @DataBoundSetter
    public void setOptions(String options) {
        this.options = Util.fixEmptyAndTrim(options);
    }

    /** Returns lines of {@code registry=mirror}. */
    @CheckForNull
    public String getMirrors() {
        return mirrors;
    }

    @DataBoundSetter
    public void setMirrors(String mirrors) {
        this.mirrors = Util.fixEmptyAndTrim(mirrors);
    }

    @CheckForNull
    public String getKeepStorage() {
        return keepStorage;
    }

    @DataBoundSetter
    public void setKeepStorage(String keepStorage) {
        this.keepStorage = Util.fixEmptyAndTrim(keepStorage);
    }

    @CheckForNull
    public String getMinFree() {
        return minFree;
    }

    @DataBoundSetter
    public void setMinFree(String minFree) {
        this.minFree = Util.fixEmptyAndTrim(minFree);
    }

    /** Registers the entry and validates its form by reading the settings that were entered. */
    @Extension
    @Symbol("managedBuilder")
    public static final class DescriptorImpl extends Descriptor<BuilderEntry> {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BuilderEntry_displayName();
        }

        @POST
        public ListBoxModel doFillDriverItems() {
            Jenkins.get().checkPermission(Jenkins.SYSTEM_READ);
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.BuilderEntry_container(), "docker-container");
            items.add(Messages.BuilderEntry_remote(), "remote");
            items.add(Messages.BuilderEntry_kubernetes(), "kubernetes");
            return items;
        }

        @POST
        public ListBoxModel doFillCertificatesItems(@QueryParameter String certificates) {
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                return new StandardListBoxModel().includeCurrentValue(certificates);
            }
            return new StandardListBoxModel()
                    .includeEmptyValue()
                    .includeMatchingAs(
                            ACL.SYSTEM2,
                            Jenkins.get(),
                            DockerServerCredentials.class,
                            List.of(),
                            // jobs cannot use credentials in the System scope
                            CredentialsMatchers.not(CredentialsMatchers.withScope(CredentialsScope.SYSTEM)))
                    .includeCurrentValue(certificates);
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            BuilderEntry entry = new BuilderEntry(value);
            // what the driver needs is not this field's matter
            entry.setDriver("docker-container");
            return check(entry);
        }

        @POST
        public FormValidation doCheckEndpoint(
                @QueryParameter String value, @QueryParameter String driver, @QueryParameter String certificates) {
            BuilderEntry entry = of(driver);
            entry.setEndpoint(value);
            entry.setCertificates(certificates);
            return check(entry);
        }

        @POST
        public FormValidation doCheckImage(@QueryParameter String value, @QueryParameter String driver) {
            BuilderEntry entry = withEndpoint(driver);
            entry.setImage(value);
            return check(entry);
        }

        @POST
        public FormValidation doCheckOptions(@QueryParameter String value) {
            BuilderEntry entry = of("docker-container");
            entry.setOptions(value);
            return check(entry);
        }

        @POST
        public FormValidation doCheckMirrors(@QueryParameter String value, @QueryParameter String driver) {
            BuilderEntry entry = withEndpoint(driver);
            entry.setMirrors(value);
            return check(entry);
        }

        @POST
        public FormValidation doCheckKeepStorage(@QueryParameter String value) {
            BuilderEntry entry = of("docker-container");
            entry.setKeepStorage(value);
            return check(entry);
        }

        @POST
        public FormValidation doCheckMinFree(@QueryParameter String value, @QueryParameter String driver) {
            BuilderEntry entry = withEndpoint(driver);
            entry.setMinFree(value);
            return check(entry);
        }

        private static BuilderEntry of(String driver) {
            BuilderEntry entry = new BuilderEntry("any");
            entry.setDriver(driver);
            return entry;
        }

        private static BuilderEntry withEndpoint(String driver) {
            BuilderEntry entry = of(driver);
            entry.setEndpoint("remote".equals(driver) ? "tcp://any:1234" : null);
            return entry;
        }

        private static FormValidation check(BuilderEntry entry) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            try {
                entry.settings();
                return FormValidation.ok();
            } catch (InvalidRequestException e) {
                return FormValidation.error(Language.text(e));
            }
        }
    }
}
