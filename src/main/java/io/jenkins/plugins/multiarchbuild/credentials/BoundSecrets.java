package io.jenkins.plugins.multiarchbuild.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.io.IOException;
import java.util.ArrayList;
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
            @CheckForNull EnvironmentExpander environment, @NonNull TaskListener log, @NonNull BuildRequest request)
            throws IOException, InterruptedException {
        BuildOptions options = request.options();
        List<String> secrets = of(environment);
        List<Sentence> warnings = new ArrayList<>();
        in(secrets, options.buildArgs())
                .forEach(name -> warnings.add(Sentence.of("BoundSecrets.readable", "buildArgs", name)));
        in(secrets, options.labels())
                .forEach(name -> warnings.add(Sentence.of("BoundSecrets.readable", "labels", name)));
        in(secrets, PlatformValues.of(options.annotations()))
                .forEach(name -> warnings.add(Sentence.of("BoundSecrets.annotation", name)));
        print(warnings, log);
    }

    /**
     * Warns in the log of secrets that a target of a bake file would make readable, beside those that the call does.
     *
     * @param secrets the secrets
     * @param target the target, with the settings of the call laid over it
     * @param call what the call says
     */
    public static void warn(
            @NonNull List<String> secrets,
            @NonNull TaskListener log,
            @NonNull BakeTarget target,
            @NonNull BuildRequest call) {
        BuildOptions options = target.request().options();
        List<Sentence> warnings = new ArrayList<>();
        in(secrets, ofFile(options.buildArgs(), call.options().buildArgs()))
                .forEach(name -> warnings.add(Sentence.of("BoundSecrets.ofTarget", "args", name, target.name())));
        in(secrets, ofFile(options.labels(), call.options().labels()))
                .forEach(name -> warnings.add(Sentence.of("BoundSecrets.ofTarget", "labels", name, target.name())));
        Set<String> annotated = in(secrets, PlatformValues.of(options.annotations()));
        annotated.addAll(in(secrets, target.settings().annotations()));
        annotated.removeAll(call.options().annotations().keySet());
        annotated.forEach(name -> warnings.add(Sentence.of("BoundSecrets.annotation", name)));
        String inline = target.request().source().inline();
        if (inline != null && secrets.stream().anyMatch(inline::contains)) {
            warnings.add(Sentence.of("BoundSecrets.inline"));
        }
        print(warnings, log);
    }

    /** The values that are not those of the call. */
    private static PlatformValues ofFile(PlatformValues target, PlatformValues call) {
        Map<String, String> common = new LinkedHashMap<>(target.common());
        common.keySet().removeAll(call.common().keySet());
        return PlatformValues.of(common);
    }

    private static void print(List<Sentence> warnings, TaskListener log) {
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
