package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the many ways in which people name a registry. */
public final class RegistryHost {

    /** Every name that Docker Hub goes by; the one that its login has in Docker's own files comes first. */
    private static final List<String> HUB_NAMES =
            List.of("index.docker.io", ImageReference.DOCKER_HUB, "registry-1.docker.io");

    private static final Pattern URL =
            Pattern.compile("(?:(?i)https?://)?(?<host>[^/@\\s?#]+)(?:/[^\\s]*)?", Pattern.DOTALL);

    private RegistryHost() {}

    /**
     * The host, and port if there is one, as it stands in image references.
     *
     * @param parameter the name of the parameter that it comes from, for the message
     * @param text a host, or a URL whose path does not matter, for example {@code https://index.docker.io/v1/}
     * @throws InvalidRequestException if it is neither
     */
    @NonNull
    public static String parse(@NonNull String parameter, @CheckForNull String text) {
        Matcher url = URL.matcher(text == null ? "" : text.trim());
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
            // said below, with the parameter's name and not as a fault of an image reference
        }
        throw invalid(parameter, text);
    }

    /** All host names under which a registry may be known to those who keep its login. */
    @NonNull
    public static List<String> names(@NonNull String registry) {
        return registry.equals(ImageReference.DOCKER_HUB) ? HUB_NAMES : List.of(registry);
    }

    private static InvalidRequestException invalid(String parameter, @CheckForNull String text) {
        return new InvalidRequestException(
                parameter + ": '" + (text == null ? "" : text.trim().replaceFirst("[^/]*@", "****@"))
                        + "' is no registry. Write its host as in an image's name, for example 'registry.example.com' or"
                        + " 'https://registry.example.com:5000'.");
    }
}
