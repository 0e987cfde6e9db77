package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads step parameters that may be written in several ways in a Pipeline and as text in a form. */
final class StepParameters {

    private StepParameters() {}

    /** A copy of Groovy's lists, maps and strings in Java's own, or null for nothing. */
    @CheckForNull
    static Serializable plain(@CheckForNull Object value) {
        if (value instanceof Map<?, ?> map) {
            LinkedHashMap<String, Serializable> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(String.valueOf(key), plain(item)));
            return copy.isEmpty() ? null : copy;
        }
        if (value instanceof Collection<?> items) {
            ArrayList<Serializable> copy = new ArrayList<>();
            items.forEach(item -> copy.add(plain(item)));
            return copy;
        }
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        String text = value.toString();
        return text.isBlank() ? null : text;
    }

    /**
     * A list as written: a list, or a string with commas or white space.
     *
     * @throws InvalidRequestException if it is neither
     */
    @NonNull
    static List<String> list(@NonNull String parameter, @CheckForNull Serializable value) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof String text) {
            return List.of(text.trim().split("[,\\s]+"));
        }
        if (value instanceof Collection<?> items) {
            List<String> texts = new ArrayList<>();
            items.forEach(item -> texts.add(item == null ? "" : item.toString()));
            return texts;
        }
        throw new InvalidRequestException(parameter + ": give a list or a string, not " + value + ".");
    }

    /**
     * Entries that may have commas in them: a list, or a string with white space between them.
     *
     * @throws InvalidRequestException if it is neither
     */
    @NonNull
    static List<String> entries(@NonNull String parameter, @CheckForNull Serializable value) {
        return value instanceof String text ? List.of(text.trim().split("(?<!,)\\s+")) : list(parameter, value);
    }

    /**
     * A map as written: a map, or a string with a line {@code name=value} for each entry.
     *
     * @throws InvalidRequestException if it is neither, or a value is missing
     */
    @NonNull
    static Map<String, String> map(@NonNull String parameter, @CheckForNull Serializable value) {
        Map<String, String> entries = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> entries.put(key.toString(), item == null ? "" : item.toString()));
        } else if (value instanceof String text) {
            for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
                int equals = line.indexOf('=');
                if (equals < 0) {
                    throw new InvalidRequestException(
                            parameter + ": the line '" + line.trim() + "' is not written as name=value.");
                }
                entries.put(
                        line.substring(0, equals).trim(),
                        line.substring(equals + 1).trim());
            }
        } else if (value != null) {
            throw new InvalidRequestException(
                    parameter + ": give a map, for example [name: 'value'], not " + value + ".");
        }
        return entries;
    }
}
