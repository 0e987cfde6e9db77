package io.jenkins.plugins.multiarchbuild.step;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Item;
import hudson.model.Label;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.util.ArrayList;
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
import org.kohsuke.stapler.StaplerRequest2;

/** What the forms of this plugin's steps have in common. */
public abstract class FormStepDescriptor extends StepDescriptor {

    /** A valid value for the field that is not checked. */
    static final String ANY_PLATFORM = "linux/amd64";

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
            return FormValidation.error(Language.text(e));
        }
    }

    /** Whether the user may see the item's configuration or, outside of any item, is an administrator. */
    static boolean maySee(@CheckForNull Item item) {
        return item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(Item.EXTENDED_READ) || item.hasPermission(CredentialsProvider.USE_ITEM);
    }

    /** Checks the labels of agents, by platform. */
    @NonNull
    static FormValidation checkAgents(@CheckForNull Item item, @CheckForNull String value) {
        FormValidation entries = check(item, () -> parsedAgents(value));
        return entries.kind == FormValidation.Kind.OK && maySee(item) ? checkLabels(parsedAgents(value)) : entries;
    }

    private static PlatformMap parsedAgents(@CheckForNull String value) {
        return Parameter.AGENTS.platformMap(Parameter.plain(Parameter.fromForm("agents", value)));
    }

    private static FormValidation checkLabels(PlatformMap agents) {
        List<String> without = new ArrayList<>();
        for (String label : agents.entries().values()) {
            try {
                if (Label.parseExpression(label).isEmpty()) {
                    without.add("'" + label + "'");
                }
            } catch (IllegalArgumentException e) {
                return FormValidation.error(Messages.FormStepDescriptor_noExpression(label));
            }
        }
        return without.isEmpty()
                ? FormValidation.ok()
                : FormValidation.warning(Messages.FormStepDescriptor_noSuchAgent(String.join(", ", without)));
    }
}
