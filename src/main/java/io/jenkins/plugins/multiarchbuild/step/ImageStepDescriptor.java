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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;
import org.springframework.security.core.Authentication;

/** What the forms of this plugin's steps have in common. */
public abstract class ImageStepDescriptor extends StepDescriptor {

    /** A valid value for the field that is not checked. */
    static final String ANY_TAG = "registry.example.com/team/app:1.0";

    /** Creates the step as a Jenkinsfile would, so that a generated snippet has lists and maps where it should. */
    @Override
    public Step newInstance(@CheckForNull StaplerRequest2 request, @NonNull JSONObject form) {
        DescribableModel<? extends Step> model = DescribableModel.of(clazz);
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (DescribableParameter parameter : model.getParameters()) {
            Object value = argument(request, parameter, form.opt(parameter.getName()));
            if (value != null) {
                arguments.put(parameter.getName(), value);
            }
        }
        return model.instantiate(arguments, null);
    }

    private static Object argument(StaplerRequest2 request, DescribableParameter parameter, Object value) {
        if (value instanceof String text) {
            return Parameter.fromForm(parameter.getName(), text);
        }
        if (value instanceof JSONObject || value instanceof JSONArray) {
            return request == null ? null : request.bindJSON(parameter.getRawType(), parameter.getErasedType(), value);
        }
        return value;
    }

    /** Returns the text of a form's field for a parameter's value. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public String formText(@CheckForNull Object value) {
        return FormText.of(value);
    }

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

    /** Returns the result of a check, to those who may see the item's configuration. */
    @NonNull
    static FormValidation check(@CheckForNull Item item, @NonNull Runnable check) {
        if (!maySee(item)) {
            return FormValidation.ok();
        }
        try {
            check.run();
            return FormValidation.ok();
        } catch (InvalidRequestException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    /** Whether the user may see the item's configuration or, outside of any item, is an administrator. */
    static boolean maySee(@CheckForNull Item item) {
        return item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(Item.EXTENDED_READ) || item.hasPermission(CredentialsProvider.USE_ITEM);
    }

    private static Authentication authentication(@CheckForNull Item item) {
        return item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
    }

    /** Credentials of a domain can only be used if the domain matches every registry that was entered so far. */
    private static List<DomainRequirement> requirements(@CheckForNull String baseTags) {
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

    private static List<ImageReference> parseBaseTags(@CheckForNull String text) {
        return BuildRequest.parseBaseTags(Parameter.BASE_TAGS.list(Util.fixEmptyAndTrim(text)));
    }
}
