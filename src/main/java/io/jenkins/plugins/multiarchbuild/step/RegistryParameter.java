package io.jenkins.plugins.multiarchbuild.step;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.RegistryHost;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the parameter {@code registries}: a list of maps in a Pipeline, lines {@code registry=credentials} in a form.
 */
final class RegistryParameter {

    private static final String NAME = "registries";
    private static final String URL = "url";
    private static final String CREDENTIALS = "credentialsId";

    private RegistryParameter() {}

    /**
     * Returns the credentials ids by registry host.
     *
     * @throws InvalidRequestException if an entry names no registry or no credentials, or a registry is named twice
     */
    @NonNull
    static Map<String, String> parse(@CheckForNull Serializable value) {
        Map<String, String> ids = new LinkedHashMap<>();
        for (Map<?, ?> entry : entries(value)) {
            if (!Set.of(URL, CREDENTIALS).containsAll(entry.keySet())) {
                throw new InvalidRequestException(Sentence.of("RegistryParameter.otherKeys", NAME, entry.keySet()));
            }
            String host = RegistryHost.parse(NAME, text(entry.get(URL)));
            String id = Util.fixEmptyAndTrim(text(entry.get(CREDENTIALS)));
            if (id == null) {
                throw new InvalidRequestException(Sentence.of("RegistryParameter.noCredentials", NAME, host));
            }
            if (ids.put(host, id) != null) {
                throw new InvalidRequestException(Sentence.of("RegistryParameter.twice", NAME, host));
            }
        }
        return ids;
    }

    private static List<Map<?, ?>> entries(@CheckForNull Serializable value) {
        List<Map<?, ?>> entries = new ArrayList<>();
        if (value instanceof Map<?, ?> one) {
            entries.add(one);
        } else if (value instanceof Collection<?> items) {
            for (Object item : items) {
                if (!(item instanceof Map<?, ?> entry)) {
                    throw new InvalidRequestException(Sentence.of("RegistryParameter.noEntry", NAME, item));
                }
                entries.add(entry);
            }
        } else if (value instanceof String) {
            entries.addAll(entries(Parameter.REGISTRIES.map(value)));
        } else if (value != null) {
            throw new InvalidRequestException(Sentence.of("RegistryParameter.noList", NAME, value));
        }
        return entries;
    }

    /** Returns credentials ids by registry as the list of maps of a Pipeline. */
    @NonNull
    static List<Map<String, String>> entries(@NonNull Map<String, String> idsByRegistry) {
        List<Map<String, String>> entries = new ArrayList<>();
        idsByRegistry.forEach((url, id) -> {
            Map<String, String> entry = new LinkedHashMap<>();
            entry.put(URL, url);
            entry.put(CREDENTIALS, id);
            entries.add(entry);
        });
        return entries;
    }

    /** Returns the lines of a form for entries. */
    @NonNull
    static String print(@NonNull Collection<?> items) {
        return items.stream()
                .map(item -> item instanceof Map<?, ?> entry
                        ? text(entry.get(URL)) + "=" + text(entry.get(CREDENTIALS))
                        : text(item))
                .collect(Collectors.joining("\n"));
    }

    private static String text(@CheckForNull Object value) {
        return value == null ? "" : value.toString();
    }
}
