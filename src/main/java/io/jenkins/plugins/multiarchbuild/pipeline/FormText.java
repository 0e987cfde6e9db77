package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.SourceVersion;

/** Translates between the text in a step's form and the lists and maps that a Jenkinsfile has in its place. */
final class FormText {

    /** Typed with commas or white space between the items. */
    private static final Set<String> LISTS = Set.of("platforms", "baseTags", "images");

    /** Typed with white space between the items, which may have commas in them. */
    private static final Set<String> ENTRIES = Set.of("cacheFrom", "cacheTo");

    /** Typed with a line {@code name=value} for each entry. */
    private static final Set<String> MAPS =
            Set.of("dockerfiles", "agents", "buildArgs", "buildContexts", "labels", "annotations", "secrets", "ssh");

    /** Typed as a map too, but a list of maps in a Jenkinsfile. */
    private static final String REGISTRIES = "registries";

    private FormText() {}

    /**
     * What a Jenkinsfile would have for a text, or null for nothing. A text that cannot be understood stays what it is: its
     * field says what is wrong with it, and so does the step.
     */
    @CheckForNull
    static Object parse(@NonNull String parameter, @CheckForNull String text) {
        String trimmed = Util.fixEmptyAndTrim(text);
        if (trimmed == null) {
            return null;
        }
        if (LISTS.contains(parameter)) {
            return StepParameters.list(parameter, trimmed);
        }
        if (ENTRIES.contains(parameter)) {
            return StepParameters.entries(parameter, trimmed);
        }
        boolean mayBeMap = parameter.equals("archTags") && trimmed.indexOf('=') > 0;
        if (mayBeMap || MAPS.contains(parameter) || parameter.equals(REGISTRIES)) {
            try {
                Map<String, String> map = StepParameters.map(parameter, trimmed);
                if (parameter.equals(REGISTRIES)) {
                    return registries(map);
                }
                return map.keySet().stream().anyMatch(FormText::isMisprinted)
                        ? String.join("\n", trimmed.lines().toList())
                        : map;
            } catch (InvalidRequestException e) {
                return trimmed;
            }
        }
        boolean mayBeBoolean = Set.of("archTags", "provenance", "sbom").contains(parameter);
        if (mayBeBoolean && (trimmed.equals("true") || trimmed.equals("false"))) {
            return Boolean.valueOf(trimmed);
        }
        return trimmed;
    }

    private static List<Map<String, String>> registries(Map<String, String> map) {
        List<Map<String, String>> entries = new ArrayList<>();
        map.forEach((url, credentialsId) -> {
            Map<String, String> entry = new LinkedHashMap<>();
            entry.put("url", url);
            entry.put("credentialsId", credentialsId);
            entries.add(entry);
        });
        return entries;
    }

    /** The Snippet Generator leaves out the quotes that Groovy needs around a name with dots in it. */
    private static boolean isMisprinted(String key) {
        return key.indexOf('.') >= 0 && SourceVersion.isName(key);
    }

    /** What a form shows for a parameter's value. */
    @NonNull
    static String print(@CheckForNull Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .collect(Collectors.joining("\n"));
        }
        if (value instanceof Collection<?> items) {
            if (items.stream().anyMatch(Map.class::isInstance)) {
                return RegistryParameter.print(items);
            }
            return items.stream().map(String::valueOf).collect(Collectors.joining(" "));
        }
        return value == null ? "" : value.toString();
    }
}
