package io.jenkins.plugins.multiarchbuild.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;

/** Recognises secrets that {@code withCredentials} has bound where something is given that everybody can read. */
public final class BoundSecrets {

    private BoundSecrets() {}

    /**
     * The names of those values that hold a secret of the environment.
     *
     * @param environment what surrounding steps have put into the environment, or null
     * @param values values that become part of an image, by name
     */
    @NonNull
    public static List<String> in(@CheckForNull EnvironmentExpander environment, @NonNull Map<String, String> values)
            throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        if (environment != null) {
            EnvVars variables = new EnvVars();
            environment.expand(variables);
            List<String> secrets = environment.getSensitiveVariables().stream()
                    .map(name -> variables.getOrDefault(name, ""))
                    .filter(secret -> !secret.isBlank())
                    .toList();
            values.forEach((name, value) -> {
                if (secrets.stream().anyMatch(value::contains)) {
                    names.add(name);
                }
            });
        }
        return names;
    }
}
