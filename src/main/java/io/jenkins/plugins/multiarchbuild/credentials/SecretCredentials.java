package io.jenkins.plugins.multiarchbuild.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/** Finds the credentials that become secrets of a build: secret text, secret file, username with password. */
public final class SecretCredentials {

    /** What the ids end with under which a username and a password are mounted. */
    private static final String USERNAME = "_username";

    private static final String PASSWORD = "_password";

    private SecretCredentials() {}

    /** Matches the credentials that can become secrets of a build. */
    @NonNull
    public static CredentialsMatcher matcher() {
        return CredentialsMatchers.anyOf(
                CredentialsMatchers.instanceOf(StringCredentials.class),
                CredentialsMatchers.instanceOf(FileCredentials.class),
                CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class));
    }

    /**
     * Makes sure that a run may use the credentials.
     *
     * @param credentialsIds credentials ids by the id that the Dockerfile names
     * @throws InvalidRequestException if it may not, or they do not exist, which are the same to the one who asks
     */
    public static void check(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds) {
        credentialsIds.forEach((id, credentialsId) -> find(run, id, credentialsId));
    }

    /**
     * The text values among the secrets, for whoever has to keep them out of a log.
     *
     * @param credentialsIds credentials ids by the id that the Dockerfile names
     * @throws InvalidRequestException if credentials cannot be found
     */
    @NonNull
    static List<String> texts(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds) {
        List<String> texts = new ArrayList<>();
        credentialsIds.forEach((id, credentialsId) -> {
            StandardCredentials found = find(run, id, credentialsId);
            if (found instanceof StringCredentials text) {
                texts.add(text.getSecret().getPlainText());
            } else if (found instanceof StandardUsernamePasswordCredentials login) {
                texts.add(login.getPassword().getPlainText());
            }
        });
        return texts;
    }

    /**
     * The secrets themselves, by the id that the Dockerfile names.
     *
     * @throws InvalidRequestException if credentials cannot be found, or an id is taken twice
     */
    @NonNull
    static Map<String, byte[]> resolve(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds)
            throws IOException {
        Map<String, byte[]> secrets = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : credentialsIds.entrySet()) {
            String id = entry.getKey();
            StandardCredentials found = find(run, id, entry.getValue());
            if (found instanceof StringCredentials text) {
                put(secrets, id, bytes(text.getSecret().getPlainText()));
            } else if (found instanceof FileCredentials file) {
                try (InputStream content = file.getContent()) {
                    put(secrets, id, content.readAllBytes());
                }
            } else if (found instanceof StandardUsernamePasswordCredentials login) {
                put(secrets, id + USERNAME, bytes(login.getUsername()));
                put(secrets, id + PASSWORD, bytes(login.getPassword().getPlainText()));
            }
            CredentialsProvider.track(run, found);
        }
        return secrets;
    }

    private static void put(Map<String, byte[]> secrets, String id, byte[] value) {
        if (secrets.put(id, value) != null) {
            throw new InvalidRequestException("secrets: two are called '" + id
                    + "'. A username with password named x becomes x" + USERNAME + " and x" + PASSWORD + ".");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static StandardCredentials find(Run<?, ?> run, String id, @CheckForNull String credentialsId) {
        IdCredentials found = credentialsId == null || credentialsId.isBlank()
                ? null
                : CredentialsProvider.findCredentialById(credentialsId, IdCredentials.class, run);
        if (!(found instanceof StandardCredentials credentials) || !matcher().matches(found)) {
            throw new InvalidRequestException("No credentials '" + credentialsId + "' for the secret '" + id
                    + "'. Check the id, its kind (secret text, secret file or username with password), and that this"
                    + " job may use it.");
        }
        return credentials;
    }
}
