package io.jenkins.plugins.multiarchbuild.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;

/** Recognises secrets bound by {@code withCredentials} in values that become a readable part of the image. */
public final class BoundSecrets {

    private BoundSecrets() {}

    /**
     * Warns in the log if a secret that the Pipeline has bound would become a readable part of the image.
     *
     * @param environment what surrounding steps have put into the environment, or null
     */
    public static void warn(
            @CheckForNull EnvironmentExpander environment, @NonNull TaskListener log, @NonNull BuildOptions options)
            throws IOException, InterruptedException {
        warn(of(environment), log, options);
    }

    /** Warns as {@link #warn(EnvironmentExpander, TaskListener, BuildOptions)} does of secrets that are known. */
    public static void warn(@NonNull List<String> secrets, @NonNull TaskListener log, @NonNull BuildOptions options) {
        Map<String, PlatformValues> readable = new LinkedHashMap<>();
        readable.put("buildArgs", options.buildArgs());
        readable.put("labels", options.labels());
        for (Map.Entry<String, PlatformValues> parameter : readable.entrySet()) {
            for (String name : in(secrets, parameter.getValue())) {
                log.getLogger()
                        .println("[multiArchBuild] "
                                + Language.text(Sentence.of("BoundSecrets.readable", parameter.getKey(), name)));
            }
        }
    }

    /**
     * Returns the names of those values that contain a secret of the environment.
     *
     * @param values values that become part of an image, by name
     */
    @NonNull
    private static Set<String> in(@NonNull List<String> secrets, @NonNull PlatformValues values) {
        Set<String> names = new LinkedHashSet<>();
        values.all()
                .forEach(each -> each.forEach((name, value) -> {
                    if (secrets.stream().anyMatch(value::contains)) {
                        names.add(name);
                    }
                }));
        return names;
    }

    /**
     * Returns the secrets of the environment.
     *
     * @param environment what surrounding steps have put into the environment, or null
     */
    @NonNull
    public static List<String> of(@CheckForNull EnvironmentExpander environment)
            throws IOException, InterruptedException {
        if (environment == null) {
            return List.of();
        }
        EnvVars variables = new EnvVars();
        environment.expand(variables);
        return environment.getSensitiveVariables().stream()
                .map(name -> variables.getOrDefault(name, ""))
                .filter(secret -> !secret.isBlank())
                .toList();
    }
}
