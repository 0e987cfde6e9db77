package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the host of a registry from the ways in which people write it. */
public final class RegistryHost {

    /** All names of Docker Hub; the first is the one in Docker's own configuration. */
    private static final List<String> HUB_NAMES =
            List.of("index.docker.io", ImageReference.DOCKER_HUB, "registry-1.docker.io");

    private static final Pattern URL =
            Pattern.compile("(?:(?i)https?://)?(?<host>[^/@\\s?#]+)(?:/[^\\s]*)?", Pattern.DOTALL);

    private RegistryHost() {}

    /**
     * Returns the host, and port if there is one, as in image references.
     *
     * @param parameter the name of the parameter that it comes from, for the message
     * @param text a host, or a URL whose path is ignored, for example {@code https://index.docker.io/v1/}
     * @throws InvalidRequestException if it is neither
     */
    @NonNull
    public static String parse(@NonNull String parameter, @CheckForNull String text) {
        Matcher url = URL.matcher(text == null ? "" : Text.name(text.trim()));
        if (!url.matches()) {
            throw invalid(parameter, text);
        }
        String host = url.group("host").toLowerCase(Locale.ROOT);
        if (HUB_NAMES.contains(host)) {
            return ImageReference.DOCKER_HUB;
        }
        try {
            String registry = ImageReference.parse(host + "/any").registry();
            if (registry.equals(host)) {
                return registry;
            }
        } catch (InvalidRequestException e) {
            // reported below with the parameter's name
        }
        throw invalid(parameter, text);
    }

    /** Returns all host names under which the login of a registry may be stored. */
    @NonNull
    public static List<String> names(@NonNull String registry) {
        return registry.equals(ImageReference.DOCKER_HUB) ? HUB_NAMES : List.of(registry);
    }

    private static InvalidRequestException invalid(String parameter, @CheckForNull String text) {
        return new InvalidRequestException(Sentence.of(
                "RegistryHost.noHost",
                parameter,
                (text == null ? "" : text.trim().replaceFirst("[^/]*@", "****@"))));
    }
}
