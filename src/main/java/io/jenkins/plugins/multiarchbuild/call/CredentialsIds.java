package io.jenkins.plugins.multiarchbuild.call;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ids of all Jenkins credentials that one call of a step uses; never the credentials themselves.
 *
 * @param registries credentials ids by registry host
 * @param secrets credentials ids by the id that {@code RUN --mount=type=secret} names
 * @param ssh credentials ids by the id that {@code RUN --mount=type=ssh} names
 */
public record CredentialsIds(
        @NonNull Map<String, String> registries,
        @NonNull Map<String, String> secrets,
        @NonNull Map<String, String> ssh) implements Serializable {

    public CredentialsIds {
        registries = Collections.unmodifiableMap(new LinkedHashMap<>(registries));
        secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
        ssh = Collections.unmodifiableMap(new LinkedHashMap<>(ssh));
    }
}
