package io.jenkins.plugins.multiarchbuild.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import com.cloudbees.plugins.credentials.domains.HostnamePortRequirement;
import com.cloudbees.plugins.credentials.domains.HostnameRequirement;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.RegistryHost;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.authentication.tokens.api.AuthenticationTokens;
import org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryToken;

/** Turns credentials ids into registry logins, with every kind of credentials that some plugin can make a login of. */
public final class RegistryLogins {

    private static final Pattern PORT = Pattern.compile(":(?<port>[0-9]{1,5})$");

    private static final Pattern REFUSED = Pattern.compile("The registry (?<registry>\\S+) refused ");

    /** What BuildKit says of a base image. */
    private static final Pattern REFUSED_BASE_IMAGE = Pattern.compile(
            "failed to resolve source metadata for (?<registry>[^/\\s]+)/.*"
                    + "(?:401 Unauthorized|403 Forbidden|authorization failed|failed to authorize|insufficient_scope|denied)",
            Pattern.DOTALL);

    private RegistryLogins() {}

    /** Matches the credentials that can become a registry login. */
    @NonNull
    public static CredentialsMatcher matcher() {
        return AuthenticationTokens.matcher(DockerRegistryToken.class);
    }

    /** What domains of credentials are asked for when a registry needs a login. */
    @NonNull
    public static List<DomainRequirement> requirements(@NonNull String registry) {
        return requirementsOf(RegistryHost.names(registry).get(0));
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
            IdCredentials credentials = find(run, registry, id);
            DockerRegistryToken token = AuthenticationTokens.convert(DockerRegistryToken.class, credentials);
            if (token == null) {
                throw new InvalidRequestException(
                        "The credentials '" + id + "' could not be made into a login for " + registry + ".");
            }
            CredentialsProvider.track(run, credentials);
            logins.put(registry, token.getToken());
        });
        return logins;
    }

    /**
     * Says of a failure whose login it was that a registry refused.
     *
     * @param message what buildx or the registry said
     * @param credentialsIds credentials ids by registry host
     * @return the message, with the credentials id behind it if a login was refused
     */
    @NonNull
    public static String explain(@NonNull String message, @NonNull Map<String, String> credentialsIds) {
        Matcher refused = REFUSED.matcher(message);
        Matcher baseImage = REFUSED_BASE_IMAGE.matcher(message);
        String registry =
                refused.find() ? refused.group("registry") : baseImage.find() ? baseImage.group("registry") : null;
        if (registry == null) {
            return message;
        }
        String id = credentialsIds.get(hub(registry));
        return message
                + (id == null
                        ? " No credentials were given for " + registry
                                + ", so the agent's own Docker configuration was used."
                        : " The credentials for " + registry + " were '" + id + "'.");
    }

    private static String hub(String registry) {
        try {
            return RegistryHost.parse("", registry);
        } catch (InvalidRequestException e) {
            return registry;
        }
    }

    private static IdCredentials find(Run<?, ?> run, String registry, @CheckForNull String id) {
        if (id != null) {
            // an administrator may have restricted the credentials to any of the names that Docker Hub has
            for (String name : RegistryHost.names(registry)) {
                IdCredentials credentials =
                        CredentialsProvider.findCredentialById(id, IdCredentials.class, run, requirementsOf(name));
                if (credentials != null && matcher().matches(credentials)) {
                    return credentials;
                }
            }
        }
        throw new InvalidRequestException("No credentials '" + id + "' for the registry " + registry
                + ". Check the id, its kind (for example username with password), its domain, and that this job"
                + " may use it.");
    }

    private static List<DomainRequirement> requirementsOf(String name) {
        Matcher port = PORT.matcher(name);
        if (!port.find()) {
            return List.of(new HostnameRequirement(name));
        }
        String host = name.substring(0, port.start());
        return List.of(new HostnamePortRequirement(host, Integer.parseInt(port.group("port"))));
    }
}
