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
import java.util.Iterator;
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
        ObjectNode config = parse(original);
        config.withArray("cliPluginsExtraDirs").add(pluginDirectory);
        ObjectNode auths = config.withObjectProperty("auths");
        ObjectNode helpers = config.withObjectProperty("credHelpers");
        keepStoredLogins(config, auths, helpers);
        logins.forEach((registry, auth) -> {
            String key = registry.equals(ImageReference.DOCKER_HUB) ? DOCKER_HUB_KEY : registry;
            helpers.remove(key);
            auths.putObject(key).put("auth", auth);
        });
        return config.toPrettyString();
    }

    /**
     * A credentials store answers for every registry and so hides what stands in this file. Naming it as the helper of
     * just those registries that it holds a login for keeps both.
     */
    private static void keepStoredLogins(ObjectNode config, ObjectNode auths, ObjectNode helpers) {
        JsonNode store = config.remove("credsStore");
        if (store != null) {
            for (Iterator<String> names = auths.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                if (!helpers.has(name)) {
                    helpers.set(name, store);
                }
            }
        }
    }

    private static ObjectNode parse(@CheckForNull String original) throws BuildxException {
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
        throw new BuildxException("The agent's Docker configuration file config.json is not a JSON object. Mend it.");
    }
}
