package io.jenkins.plugins.multiarchbuild.credentials;

import com.cloudbees.jenkins.plugins.sshcredentials.SSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/** Finds the SSH private keys that a build may use. */
public final class SshKeys {

    private static final int LINE = 64;

    private SshKeys() {}

    /** Matches the credentials that hold a private key. */
    @NonNull
    public static CredentialsMatcher matcher() {
        return CredentialsMatchers.instanceOf(SSHUserPrivateKey.class);
    }

    /**
     * Checks that a run may use the credentials, and that BuildKit can use them.
     *
     * @param credentialsIds credentials ids by the id that the Dockerfile names
     * @throws InvalidRequestException if not; the message does not tell missing credentials from forbidden ones
     */
    public static void check(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds) {
        credentialsIds.values().forEach(id -> open(id, find(run, id)));
    }

    /**
     * Returns the keys without passphrase, by the id in the Dockerfile.
     *
     * @throws InvalidRequestException if credentials cannot be found or their key cannot be read
     */
    @NonNull
    static Map<String, byte[]> resolve(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds) {
        Map<String, byte[]> keys = new LinkedHashMap<>();
        credentialsIds.forEach((id, credentialsId) -> {
            SSHUserPrivateKey found = find(run, credentialsId);
            keys.put(id, open(credentialsId, found).getBytes(StandardCharsets.US_ASCII));
            CredentialsProvider.track(run, found);
        });
        return keys;
    }

    /** Returns the key without its passphrase, which BuildKit could not ask for. */
    private static String open(String credentialsId, SSHUserPrivateKey credentials) {
        List<String> keys = credentials.getPrivateKeys();
        if (keys.isEmpty()) {
            throw new InvalidRequestException(Sentence.of("SshKeys.noKey", credentialsId));
        }
        String key = keys.get(0).strip() + "\n";
        String passphrase = Secret.toString(credentials.getPassphrase());
        if (passphrase.isEmpty()) {
            return key;
        }
        try {
            Iterator<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(
                            null,
                            NamedResource.ofName(credentialsId),
                            new ByteArrayInputStream(key.getBytes(StandardCharsets.UTF_8)),
                            FilePasswordProvider.of(passphrase))
                    .iterator();
            byte[] opened = pairs.next().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(opened)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // without its text, which may quote the key
            throw new InvalidRequestException(Sentence.of("SshKeys.passphrase", credentialsId));
        }
    }

    private static SSHUserPrivateKey find(Run<?, ?> run, @CheckForNull String credentialsId) {
        IdCredentials found = credentialsId == null || credentialsId.isBlank()
                ? null
                : CredentialsProvider.findCredentialById(credentialsId, IdCredentials.class, run);
        if (found instanceof SSHUserPrivateKey key) {
            return key;
        }
        throw new InvalidRequestException(Sentence.of("SshKeys.missing", credentialsId));
    }
}
