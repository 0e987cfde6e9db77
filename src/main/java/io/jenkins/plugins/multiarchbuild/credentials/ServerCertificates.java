package io.jenkins.plugins.multiarchbuild.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Run;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.Map;
import org.jenkinsci.plugins.docker.commons.credentials.DockerServerCredentials;

/** Finds the key and the certificates with which a builder is reached by TLS. */
public final class ServerCertificates {

    private ServerCertificates() {}

    /** Matches the credentials that can be used. */
    @NonNull
    public static CredentialsMatcher matcher() {
        return CredentialsMatchers.allOf(
                CredentialsMatchers.instanceOf(DockerServerCredentials.class),
                CredentialsMatchers.not(CredentialsMatchers.withScope(CredentialsScope.SYSTEM)));
    }

    /**
     * Checks that a run may use the credentials.
     *
     * @throws InvalidRequestException if it may not, they do not exist, or something is missing in them
     */
    public static void check(@NonNull Run<?, ?> run, @NonNull String id) {
        read(run, id);
    }

    /**
     * Returns the texts of the files, by the names of buildx's options.
     *
     * @throws InvalidRequestException as {@link #check}
     */
    @NonNull
    public static Map<String, String> resolve(@NonNull Run<?, ?> run, @NonNull String id) {
        return read(run, id);
    }

    private static Map<String, String> read(Run<?, ?> run, String id) {
        DockerServerCredentials found = CredentialsProvider.findCredentialById(id, DockerServerCredentials.class, run);
        if (found == null || !matcher().matches(found)) {
            throw new InvalidRequestException(Sentence.of("ServerCertificates.missing", id));
        }
        CredentialsProvider.track(run, found);
        String ca = Util.fixEmptyAndTrim(found.getServerCaCertificate());
        String certificate = Util.fixEmptyAndTrim(found.getClientCertificate());
        String key = Util.fixEmptyAndTrim(Secret.toString(found.getClientKeySecret()));
        if (ca == null || certificate == null || key == null) {
            throw new InvalidRequestException(Sentence.of("ServerCertificates.incomplete", id));
        }
        return Map.of("cacert", ca, "cert", certificate, "key", key);
    }
}
