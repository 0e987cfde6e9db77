package io.jenkins.plugins.multiarchbuild.step;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.builder.BuilderSettings;
import io.jenkins.plugins.multiarchbuild.engine.builder.ReadSettings;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The managed builder that the parameter {@code builder} means.
 *
 * @param settings its settings
 * @param isOwn whether the parameter has them, instead of naming a builder of the global settings
 */
record BuilderParameter(@NonNull BuilderSettings settings, boolean isOwn) {

    /**
     * Reads the parameter.
     *
     * @param value the name of a builder, or a map of settings; a map with nothing but a name is like that name if the
     *     global settings have it
     * @return null if it is missing or names a builder that others manage
     * @throws InvalidRequestException if it is wrong, or the global settings of that builder are
     */
    @CheckForNull
    static BuilderParameter of(@CheckForNull Serializable value) {
        Object given = value instanceof String text && text.indexOf('=') >= 0 ? settings(text) : value;
        if (given instanceof Map<?, ?> map) {
            Map<String, Object> values = new LinkedHashMap<>();
            map.forEach((key, item) -> values.put(String.valueOf(key), item));
            boolean named = values.keySet().equals(Set.of("name")) && values.get("name") != null;
            BuilderParameter global = named ? global(values.get("name").toString()) : null;
            return global == null ? new BuilderParameter(ReadSettings.of(values), true) : global;
        }
        if (given == null || given instanceof String) {
            return given == null ? null : global((String) given);
        }
        throw new InvalidRequestException(Sentence.of("BuilderParameter.notUnderstood", value));
    }

    @CheckForNull
    private static BuilderParameter global(String name) {
        return MultiArchBuildConfiguration.get()
                .builder(name)
                .map(settings -> new BuilderParameter(settings, false))
                .orElse(null);
    }

    /** Returns the value for the text of a form: a name, or settings as a map if the Snippet Generator can print it. */
    @NonNull
    static Object fromForm(@NonNull String text) {
        if (text.indexOf('=') < 0) {
            return text;
        }
        try {
            Map<String, Object> settings = settings(text);
            boolean misprinted = settings.values().stream()
                    .anyMatch(value -> value instanceof Map<?, ?> map
                            && map.keySet().stream().anyMatch(key -> FormText.isMisprinted(key.toString())));
            return misprinted ? String.join("\n", text.lines().toList()) : settings;
        } catch (InvalidRequestException e) {
            return text;
        }
    }

    /** Reads lines of {@code name=value}; those of a map follow a line with its name in brackets. */
    private static Map<String, Object> settings(String text) {
        Map<String, Object> values = new LinkedHashMap<>();
        FormText.sections(text).forEach((section, lines) -> {
            Map<String, String> entries = Parameter.BUILDER.map(lines);
            values.putAll(section.isEmpty() ? entries : Map.of(section, entries));
        });
        return values;
    }

    /** Returns the text of a form for a value. */
    @NonNull
    static String formText(@CheckForNull Object value) {
        if (value instanceof Map<?, ?> map && map.get("options") instanceof List<?> options) {
            Map<Object, Object> copy = new LinkedHashMap<>(map);
            Map<String, String> entries = new LinkedHashMap<>();
            options.forEach(option -> {
                String[] parts = String.valueOf(option).split("=", 2);
                entries.put(parts[0], parts[parts.length - 1]);
            });
            copy.put("options", entries);
            return FormText.of(copy);
        }
        return FormText.of(value);
    }
}
