package io.jenkins.plugins.multiarchbuild.readiness;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The logins that agents are to try. It is never kept: it holds secrets.
 *
 * @param auths values of {@code auth} by registry host
 * @param ids credentials ids by registry host
 * @param problems why there is no login for some registries
 */
record Logins(
        @NonNull Map<String, String> auths,
        @NonNull Map<String, String> ids,
        @NonNull List<Sentence> problems) {

    private static final Logger LOGGER = Logger.getLogger(Logins.class.getName());

    /** A shorter text may be in an error by chance. */
    private static final int SHORTEST_SECRET = 4;

    /**
     * Looks up the credentials of the global settings, which may take a while.
     *
     * @param resolve returns the value of {@code auth} for a registry and an id, or throws {@link
     *     InvalidRequestException}
     */
    @NonNull
    static Logins ofSettings(@NonNull BiFunction<String, String, String> resolve) {
        try {
            return resolve(MultiArchBuildConfiguration.get().credentialsIds(), resolve);
        } catch (InvalidRequestException e) {
            return new Logins(Map.of(), Map.of(), List.of(e.sentence()));
        }
    }

    private static Logins resolve(Map<String, String> ids, BiFunction<String, String, String> resolve) {
        Map<String, String> auths = new LinkedHashMap<>();
        List<Sentence> problems = new ArrayList<>();
        ids.forEach((registry, id) -> {
            try {
                auths.put(registry, resolve.apply(registry, id));
            } catch (InvalidRequestException e) {
                problems.add(e.sentence());
            } catch (RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "cannot look up the credentials '" + id + "'");
                problems.add(Sentence.of("Logins.failed", id, registry));
            }
        });
        return new Logins(auths, ids, problems);
    }

    /** Returns a text without the secrets: it may quote an agent, which has been told them. */
    @NonNull
    String masked(@NonNull String text) {
        String masked = text;
        for (String secret : secrets()) {
            masked = masked.replace(secret, "****");
        }
        return masked;
    }

    private Set<String> secrets() {
        Set<String> secrets = new LinkedHashSet<>();
        for (String auth : auths.values()) {
            secrets.add(auth);
            try {
                String login = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
                secrets.add(login);
                secrets.add(login.substring(login.indexOf(':') + 1));
            } catch (IllegalArgumentException e) {
                // some kinds of credentials have a token of another form
                continue;
            }
        }
        secrets.removeIf(secret -> secret.length() < SHORTEST_SECRET);
        return secrets;
    }

    /** Hides the secrets. */
    @Override
    public String toString() {
        return "logins for " + ids.keySet();
    }
}
