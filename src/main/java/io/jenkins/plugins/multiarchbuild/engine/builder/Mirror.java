package io.jenkins.plugins.multiarchbuild.engine.builder;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mirror of a registry.
 *
 * @param host its host, with the port if there is one
 * @param path the path on it, empty or with a slash in front
 * @param plain whether it has no TLS
 */
record Mirror(@NonNull String host, @NonNull String path, boolean plain) implements Serializable {

    private static final Pattern TEXT = Pattern.compile(
            "(?:(?<scheme>https?)://)?(?<host>[a-zA-Z0-9][a-zA-Z0-9.-]{0,252}(?::\\d{1,5})?)(?<path>(?:/[\\w.-]+)*)/?");

    /**
     * Reads a mirror: {@code mirror.example.com/hub}, or with {@code http://} in front if it has no TLS.
     *
     * @throws InvalidRequestException if it is not understood
     */
    @NonNull
    static Mirror parse(@NonNull String text) {
        Matcher parts = TEXT.matcher(text.trim());
        if (!parts.matches()) {
            throw new InvalidRequestException(Sentence.of("Mirror.notUnderstood", text));
        }
        return new Mirror(parts.group("host"), parts.group("path"), "http".equals(parts.group("scheme")));
    }

    /** Returns the mirror as BuildKit's configuration has it. */
    @Override
    public String toString() {
        return host + path;
    }
}
