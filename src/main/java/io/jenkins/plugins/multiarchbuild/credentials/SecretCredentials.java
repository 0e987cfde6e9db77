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
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
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

    /** The suffixes of the ids under which a username and a password are mounted. */
    private static final String USERNAME = "_username";

    private static final String PASSWORD = "_password";

    /** The minimum length of a line in a secret file that is masked, in characters. */
    private static final int SHORTEST_FILE_LINE = 8;

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
     * Checks that a run may use the credentials.
     *
     * @param credentialsIds credentials ids by the id that the Dockerfile names
     * @throws InvalidRequestException if it may not, or they do not exist; the message is the same for both
     */
    public static void check(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds) {
        credentialsIds.forEach((id, credentialsId) -> find(run, id, credentialsId));
    }

    /**
     * Returns the lines of the secrets, to mask them in a log. Short lines of files are left out, since brackets and
     * words such as {@code true} are not secret.
     *
     * @param credentialsIds credentials ids by the id that the Dockerfile names
     * @throws InvalidRequestException if credentials cannot be found
     */
    @NonNull
    static List<String> texts(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Map.Entry<String, String> entry : credentialsIds.entrySet()) {
            StandardCredentials found = find(run, entry.getKey(), entry.getValue());
            if (found instanceof StringCredentials text) {
                text.getSecret().getPlainText().lines().forEach(texts::add);
            } else if (found instanceof StandardUsernamePasswordCredentials login) {
                login.getPassword().getPlainText().lines().forEach(texts::add);
            } else if (found instanceof FileCredentials file) {
                try (InputStream content = file.getContent()) {
                    texts.addAll(lines(new String(content.readAllBytes(), StandardCharsets.UTF_8)));
                }
            }
        }
        texts.removeIf(String::isBlank);
        return texts;
    }

    /** Returns those lines of a longer secret that are secret on their own. */
    @NonNull
    static List<String> lines(@NonNull String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.length() >= SHORTEST_FILE_LINE)
                .toList();
    }

    /**
     * Returns the ids under which the secrets are mounted: two for a username with password.
     *
     * @param credentialsIds credentials ids by the id that the Dockerfile names
     * @throws InvalidRequestException if credentials cannot be found
     */
    @NonNull
    public static List<String> mountIds(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds) {
        List<String> ids = new ArrayList<>();
        credentialsIds.forEach((id, credentialsId) -> {
            if (find(run, id, credentialsId) instanceof StandardUsernamePasswordCredentials) {
                ids.addAll(List.of(id + USERNAME, id + PASSWORD));
            } else {
                ids.add(id);
            }
        });
        return ids;
    }

    /**
     * Returns the secrets, by the id in the Dockerfile.
     *
     * @throws InvalidRequestException if credentials cannot be found, or two have the same id
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
            throw new InvalidRequestException(Sentence.of("SecretCredentials.twice", id, USERNAME, PASSWORD));
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
            throw new InvalidRequestException(Sentence.of("SecretCredentials.missing", credentialsId, id));
        }
        return credentials;
    }
}
