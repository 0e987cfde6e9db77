package io.jenkins.plugins.multiarchbuild.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
            @CheckForNull EnvironmentExpander environment, @NonNull TaskListener log, @NonNull BuildRequest request)
            throws IOException, InterruptedException {
        warn(of(environment), log, request, PlatformValues.NONE);
    }

    /**
     * Warns as {@link #warn(EnvironmentExpander, TaskListener, BuildRequest)} does of secrets that are known.
     *
     * @param annotations those of each platform's image, beside those of the index, which the request has
     */
    public static void warn(
            @NonNull List<String> secrets,
            @NonNull TaskListener log,
            @NonNull BuildRequest request,
            @NonNull PlatformValues annotations) {
        BuildOptions options = request.options();
        List<Sentence> warnings = new ArrayList<>();
        in(secrets, options.buildArgs())
                .forEach(name -> warnings.add(Sentence.of("BoundSecrets.readable", "buildArgs", name)));
        in(secrets, options.labels())
                .forEach(name -> warnings.add(Sentence.of("BoundSecrets.readable", "labels", name)));
        Set<String> annotated = in(secrets, PlatformValues.of(options.annotations()));
        annotated.addAll(in(secrets, annotations));
        annotated.forEach(name -> warnings.add(Sentence.of("BoundSecrets.annotation", name)));
        String inline = request.source().inline();
        if (inline != null && secrets.stream().anyMatch(inline::contains)) {
            warnings.add(Sentence.of("BoundSecrets.inline"));
        }
        warnings.forEach(warning -> log.getLogger().println("[multiArchBuild] " + Language.text(warning)));
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
