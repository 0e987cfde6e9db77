package io.jenkins.plugins.multiarchbuild.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import com.cloudbees.plugins.credentials.domains.HostnameRequirement;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.authentication.tokens.api.AuthenticationTokens;
import org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryToken;

/** Turns credentials ids into registry logins, with every kind of credentials that some plugin can make a login of. */
public final class RegistryLogins {

    private RegistryLogins() {}

    /** Matches the credentials that can become a registry login. */
    @NonNull
    public static CredentialsMatcher matcher() {
        return AuthenticationTokens.matcher(DockerRegistryToken.class);
    }

    /** What domains of credentials are asked for when a registry needs a login. */
    @NonNull
    public static List<DomainRequirement> requirements(@NonNull String registry) {
        String host = registry.replaceFirst(":[0-9]+$", "");
        return List.of(new HostnameRequirement(host.equals(ImageReference.DOCKER_HUB) ? "index.docker.io" : host));
    }

    /**
     * Makes sure that a run may use the credentials.
     *
     * @param credentialsIds credentials ids by registry host
     * @throws InvalidRequestException if it may not, or they do not exist, which are the same to the one who asks
     */
    public static void check(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds) {
        credentialsIds.forEach((registry, id) -> find(run, registry, id));
    }

    /**
     * The logins themselves, for a Docker configuration file.
     *
     * @param credentialsIds credentials ids by registry host
     * @return values of {@code auth} by registry host
     * @throws InvalidRequestException if credentials cannot be found
     */
    @NonNull
    public static Map<String, String> resolve(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds) {
        Map<String, String> logins = new LinkedHashMap<>();
        credentialsIds.forEach((registry, id) -> {
            DockerRegistryToken token =
                    AuthenticationTokens.convert(DockerRegistryToken.class, find(run, registry, id));
            if (token == null) {
                throw new InvalidRequestException(
                        "The credentials '" + id + "' could not be made into a login for " + registry + ".");
            }
            logins.put(registry, token.getToken());
        });
        return logins;
    }

    private static IdCredentials find(Run<?, ?> run, String registry, @CheckForNull String id) {
        IdCredentials credentials =
                CredentialsProvider.findCredentialById(id, IdCredentials.class, run, requirements(registry));
        if (credentials == null || !matcher().matches(credentials)) {
            throw new InvalidRequestException("No credentials '" + id + "' for the registry " + registry
                    + ". Check the id, its kind (for example username with password), its domain, and that this job"
                    + " may use it.");
        }
        return credentials;
    }
}
