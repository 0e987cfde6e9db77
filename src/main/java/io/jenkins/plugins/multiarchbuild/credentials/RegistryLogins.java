package io.jenkins.plugins.multiarchbuild.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import com.cloudbees.plugins.credentials.domains.HostnamePortRequirement;
import com.cloudbees.plugins.credentials.domains.HostnameRequirement;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import hudson.security.ACL;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.RegistryHost;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.authentication.tokens.api.AuthenticationTokens;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryToken;

/** Turns credentials ids into registry logins, for every kind of credentials that a plugin can convert. */
public final class RegistryLogins {

    private static final Pattern PORT = Pattern.compile(":(?<port>[0-9]{1,5})$");

    private RegistryLogins() {}

    /** Matches the credentials that can become a registry login. Jobs cannot use those in the System scope. */
    @NonNull
    public static CredentialsMatcher matcher() {
        return CredentialsMatchers.allOf(
                AuthenticationTokens.matcher(DockerRegistryToken.class),
                CredentialsMatchers.not(CredentialsMatchers.withScope(CredentialsScope.SYSTEM)));
    }

    /** Returns what credentials domains have to match for a registry. */
    @NonNull
    public static List<DomainRequirement> requirements(@NonNull String registry) {
        return requirementsOf(RegistryHost.names(registry).get(0));
    }

    /**
     * Checks that a run may use the credentials.
     *
     * @param credentialsIds credentials ids by registry host
     * @throws InvalidRequestException if it may not, or they do not exist; the message is the same for both
     */
    public static void check(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds) {
        credentialsIds.forEach((registry, id) -> find(run, registry, id));
    }

    /**
     * Returns the logins, for a Docker configuration file.
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
            logins.put(registry, login(credentials, registry));
            CredentialsProvider.track(run, credentials);
        });
        return logins;
    }

    /**
     * Returns the login for a registry that every job has, outside of any build.
     *
     * @return a value of {@code auth}
     * @throws InvalidRequestException if Jenkins itself, and not only a folder or a user, has no such credentials
     */
    @NonNull
    public static String resolve(@NonNull String registry, @NonNull String id) {
        for (String name : RegistryHost.names(registry)) {
            Optional<IdCredentials> credentials = CredentialsProvider.lookupCredentialsInItemGroup(
                            IdCredentials.class, Jenkins.get(), ACL.SYSTEM2, requirementsOf(name))
                    .stream()
                    .filter(each -> each.getId().equals(id) && matcher().matches(each))
                    .findFirst();
            if (credentials.isPresent()) {
                return login(credentials.get(), registry);
            }
        }
        throw new InvalidRequestException(Sentence.of("RegistryLogins.notForAll", id, registry));
    }

    private static String login(IdCredentials credentials, String registry) {
        DockerRegistryToken token = AuthenticationTokens.convert(DockerRegistryToken.class, credentials);
        if (token == null) {
            throw new InvalidRequestException(Sentence.of("RegistryLogins.noLogin", credentials.getId(), registry));
        }
        return token.getToken();
    }

    /**
     * Returns the sentence of a failure, with the id of the credentials if a registry refused a login or access.
     *
     * @param credentialsIds credentials ids by registry host
     */
    @NonNull
    public static Sentence explain(@NonNull DockerException failure, @NonNull Map<String, String> credentialsIds) {
        String registry = failure.refusedRegistry();
        if (registry == null) {
            return failure.sentence();
        }
        String id = credentialsIds.get(registry);
        return id == null
                ? Sentence.of("RegistryLogins.noneGiven", failure.sentence(), registry)
                : Sentence.of("RegistryLogins.given", failure.sentence(), registry, id);
    }

    private static IdCredentials find(Run<?, ?> run, String registry, @CheckForNull String id) {
        if (id != null) {
            // an administrator may have restricted the credentials to any of Docker Hub's host names
            for (String name : RegistryHost.names(registry)) {
                IdCredentials credentials =
                        CredentialsProvider.findCredentialById(id, IdCredentials.class, run, requirementsOf(name));
                if (credentials != null && matcher().matches(credentials)) {
                    return credentials;
                }
            }
        }
        throw new InvalidRequestException(Sentence.of("RegistryLogins.missing", id, registry));
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
