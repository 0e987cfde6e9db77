package io.jenkins.plugins.multiarchbuild.builders;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.builder.BuilderSettings;
import io.jenkins.plugins.multiarchbuild.engine.builder.ManagedBuilder;
import java.util.Map;
import java.util.TreeMap;
import jenkins.model.Jenkins;

/** Whose builders they are: other controllers may use the same machine as the same user. */
final class Owner {

    private static final int DIGITS = 16;

    /** Longer than any path; the agent sends the values, and they are kept in a file. */
    private static final int LONGEST = 4096;

    /** The variables by which {@code docker} finds engines and builders. */
    private static final String[] VARIABLES = {
        "PATH",
        "HOME",
        "DOCKER_HOST",
        "DOCKER_CONTEXT",
        "DOCKER_CONFIG",
        "DOCKER_TLS_VERIFY",
        "DOCKER_CERT_PATH",
        "BUILDX_CONFIG",
        "KUBECONFIG"
    };

    private Owner() {}

    /** Returns what this controller marks its builders with; nobody can compute it without the controller's key. */
    @NonNull
    static String id() {
        return BuilderSettings.hash(Jenkins.get().getLegacyInstanceId() + " builders")
                .substring(0, DIGITS);
    }

    /**
     * Returns the builder of this controller with these settings. If they name no endpoint, it belongs to the engine
     * that the agent uses, and on another engine there is another one.
     *
     * @param environment the variables of {@code docker}
     */
    @NonNull
    static ManagedBuilder builder(@NonNull BuilderSettings settings, @NonNull Map<String, String> environment) {
        String engine = settings.endpoints().entries().isEmpty()
                ? environment.getOrDefault("DOCKER_HOST", "") + " " + environment.getOrDefault("DOCKER_CONTEXT", "")
                : "";
        return new ManagedBuilder(settings, id(), settings.realName(id() + " " + engine));
    }

    /** Returns those variables of a build by which its builders can be found later. */
    @NonNull
    static Map<String, String> variables(@NonNull Map<String, String> environment) {
        Map<String, String> variables = new TreeMap<>();
        for (String name : VARIABLES) {
            String value = environment.get(name);
            if (value != null && value.length() <= LONGEST) {
                variables.put(name, value);
            }
        }
        return variables;
    }
}
