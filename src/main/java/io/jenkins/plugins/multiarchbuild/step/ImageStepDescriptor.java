package io.jenkins.plugins.multiarchbuild.step;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.util.List;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;
import org.springframework.security.core.Authentication;

/** What the forms of the steps that publish have in common. */
public abstract class ImageStepDescriptor extends FormStepDescriptor {

    /** A valid value for the field that is not checked. */
    static final String ANY_TAG = "registry.example.com/team/app:1.0";

    @POST
    public FormValidation doCheckBaseTags(
            @AncestorInPath Item item,
            @QueryParameter String value,
            @QueryParameter String push,
            @QueryParameter String tagsFrom) {
        boolean optional = "false".equals(push) || Util.fixEmptyAndTrim(tagsFrom) != null;
        if (optional && Util.fixEmptyAndTrim(value) == null) {
            return FormValidation.ok();
        }
        return check(item, () -> parseBaseTags(value));
    }

    @POST
    public FormValidation doCheckRegistries(@AncestorInPath Item item, @QueryParameter String value) {
        return check(item, () -> RegistryParameter.parse(Util.fixEmptyAndTrim(value)));
    }

    @POST
    public FormValidation doCheckCredentialsId(
            @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String baseTags) {
        String id = Util.fixEmptyAndTrim(value);
        if (id == null || !maySee(item)) {
            return FormValidation.ok();
        }
        boolean found = !CredentialsProvider.listCredentialsInItem(
                        StandardCredentials.class,
                        item,
                        authentication(item),
                        requirements(baseTags),
                        CredentialsMatchers.allOf(CredentialsMatchers.withId(id), RegistryLogins.matcher()))
                .isEmpty();
        return found ? FormValidation.ok() : FormValidation.error(Messages.ImageStepDescriptor_noCredentials(id));
    }

    @POST
    public ListBoxModel doFillCredentialsIdItems(
            @AncestorInPath Item item, @QueryParameter String credentialsId, @QueryParameter String baseTags) {
        String current = Util.fixNull(credentialsId);
        if (!maySee(item)) {
            return new StandardListBoxModel().includeCurrentValue(current);
        }
        return new StandardListBoxModel()
                .includeEmptyValue()
                .includeMatchingAs(
                        authentication(item),
                        item,
                        StandardCredentials.class,
                        requirements(baseTags),
                        RegistryLogins.matcher())
                .includeCurrentValue(current);
    }

    private static Authentication authentication(@CheckForNull Item item) {
        return item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
    }

    /** Credentials of a domain can only be used if the domain matches every registry that was entered so far. */
    private List<DomainRequirement> requirements(@CheckForNull String baseTags) {
        try {
            return parseBaseTags(baseTags).stream()
                    .map(ImageReference::registry)
                    .distinct()
                    .flatMap(registry -> RegistryLogins.requirements(registry).stream())
                    .toList();
        } catch (InvalidRequestException e) {
            return List.of();
        }
    }

    private List<ImageReference> parseBaseTags(@CheckForNull String text) {
        return BuildRequest.parseBaseTags(baseTags(Util.fixEmptyAndTrim(text)));
    }

    /** Returns the tags in the text of the field. */
    @NonNull
    List<String> baseTags(@CheckForNull String text) {
        return Parameter.BASE_TAGS.list(text);
    }
}
