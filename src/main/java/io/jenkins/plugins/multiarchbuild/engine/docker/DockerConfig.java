package io.jenkins.plugins.multiarchbuild.engine.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * Writes a Docker client's <a
 * href="https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties">config.json</a>
 * that adds registry logins to an existing configuration and otherwise keeps it working as before.
 */
public final class DockerConfig {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The key of Docker Hub's login in the file. */
    private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

    /** The variable from which newer clients read logins before they read any file. */
    public static final String VARIABLE = "DOCKER_AUTH_CONFIG";

    private DockerConfig() {}

    /** Returns the value of an {@code auth} entry for a user name and password. */
    @NonNull
    public static String auth(@NonNull String username, @NonNull String password) {
        return Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the new file's text.
     *
     * @param original text of the user's own file, or null if there is none
     * @param pluginDirectory absolute path of that configuration's CLI plugins
     * @param logins {@link #auth} values by registry host
     * @throws DockerException if the original is not a JSON object
     */
    @NonNull
    public static String write(
            @CheckForNull String original, @NonNull String pluginDirectory, @NonNull Map<String, String> logins)
            throws DockerException {
        return write(original, null, pluginDirectory, logins);
    }

    /**
     * Returns the new file's text, including logins from the environment.
     *
     * @param original text of the user's own file, or null if there is none
     * @param variable value of {@link #VARIABLE}, or null; the caller has to unset or replace it, since it takes
     *     precedence over the file
     * @param pluginDirectory absolute path of that configuration's CLI plugins
     * @param logins {@link #auth} values by registry host
     * @throws DockerException if the original or the variable is not a JSON object
     */
    @NonNull
    public static String write(
            @CheckForNull String original,
            @CheckForNull String variable,
            @NonNull String pluginDirectory,
            @NonNull Map<String, String> logins)
            throws DockerException {
        ObjectNode config = parse(original, Sentence.of("DockerConfig.file"));
        config.withArray("cliPluginsExtraDirs").add(pluginDirectory);
        parse(variable, Sentence.of("DockerConfig.variable"))
                .path("auths")
                .properties()
                .forEach(login -> put(config, login.getKey(), login.getValue()));
        logins.forEach((registry, auth) -> put(
                config,
                registry.equals(ImageReference.DOCKER_HUB) ? DOCKER_HUB_KEY : registry,
                JSON.createObjectNode().put("auth", auth)));
        return config.toPrettyString();
    }

    /**
     * Adds a login. A credentials store or helper takes precedence over this file. A helper with an empty name makes
     * Docker use this file for one registry and the store for all others.
     */
    private static void put(ObjectNode config, String key, JsonNode login) {
        config.withObjectProperty("auths").set(key, login);
        if (config.has("credsStore") || config.path("credHelpers").has(key)) {
            config.withObjectProperty("credHelpers").put(key, "");
        }
    }

    private static ObjectNode parse(@CheckForNull String original, Sentence notAnObject) throws DockerException {
        if (original == null || original.isBlank()) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(original) instanceof ObjectNode config) {
                return config;
            }
        } catch (JsonProcessingException e) {
            // reported below without the text, which may contain a secret
        }
        throw new DockerException(notAnObject);
    }
}
