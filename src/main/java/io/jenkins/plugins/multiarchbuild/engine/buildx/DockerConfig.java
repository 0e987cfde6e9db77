package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * Writes a Docker client's
 * <a href="https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties">config.json</a>
 * that adds registry logins to a configuration that exists and otherwise leaves it working as before.
 */
public final class DockerConfig {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The name that Docker Hub's login has in the file. */
    private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

    /** The variable with which newer clients take logins from the environment, before they look into any file. */
    public static final String VARIABLE = "DOCKER_AUTH_CONFIG";

    private DockerConfig() {}

    /** The value of an {@code auth} entry for a user name and password. */
    @NonNull
    public static String auth(@NonNull String username, @NonNull String password) {
        return Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The new file's text.
     *
     * @param original text of the file that is in force now, or null if there is none
     * @param pluginDirectory where that configuration keeps CLI plugins, an absolute path
     * @param logins {@link #auth} values by registry host
     * @throws BuildxException if the original is no JSON object
     */
    @NonNull
    public static String write(
            @CheckForNull String original, @NonNull String pluginDirectory, @NonNull Map<String, String> logins)
            throws BuildxException {
        return write(original, null, pluginDirectory, logins);
    }

    /**
     * The new file's text, where logins may also stand in the environment.
     *
     * @param original text of the file that is in force now, or null if there is none
     * @param variable value of {@link #VARIABLE}, or null; the file takes its place, so it has to be emptied
     * @param pluginDirectory where that configuration keeps CLI plugins, an absolute path
     * @param logins {@link #auth} values by registry host
     * @throws BuildxException if the original or the variable is no JSON object
     */
    @NonNull
    public static String write(
            @CheckForNull String original,
            @CheckForNull String variable,
            @NonNull String pluginDirectory,
            @NonNull Map<String, String> logins)
            throws BuildxException {
        ObjectNode config = parse(original, "file config.json");
        config.withArray("cliPluginsExtraDirs").add(pluginDirectory);
        parse(variable, "variable " + VARIABLE)
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
     * Adds a login. A credentials store answers for every registry, and a helper for its own, and both so hide what stands
     * in this file. A helper with an empty name is Docker's own file for just that registry, and leaves the rest to the
     * store.
     */
    private static void put(ObjectNode config, String key, JsonNode login) {
        config.withObjectProperty("auths").set(key, login);
        if (config.has("credsStore") || config.path("credHelpers").has(key)) {
            config.withObjectProperty("credHelpers").put(key, "");
        }
    }

    private static ObjectNode parse(@CheckForNull String original, String what) throws BuildxException {
        if (original == null || original.isBlank()) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(original) instanceof ObjectNode config) {
                return config;
            }
        } catch (JsonProcessingException e) {
            // said below, without the text: it may hold a secret
        }
        throw new BuildxException("The agent's Docker configuration, its " + what + ", is not a JSON object. Mend it.");
    }
}
