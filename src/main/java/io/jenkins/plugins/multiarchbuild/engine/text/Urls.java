package io.jenkins.plugins.multiarchbuild.engine.text;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.regex.Pattern;

/** Removes secrets from URLs. */
public final class Urls {

    /** In HTTP URLs the user name can be a token as well. */
    private static final Pattern HTTP_USER =
            Pattern.compile("(?<scheme>https?://)[^/\\s?#]*@", Pattern.CASE_INSENSITIVE);

    private static final Pattern PASSWORD = Pattern.compile("(?<user>://[^/\\s?#:@]*):[^/\\s?#]*@");

    /** Keeps punctuation after a URL. Repetitions are bounded, since a line of a log can have megabytes. */
    private static final Pattern QUERY = Pattern.compile(
            "(?<address>://[^\\s?#\"'<>]{0,8192})\\?[^\\s#\"'<>]*?(?=[.,:;)\\]]{0,3}(?:[\\s#\"'<>]|$))");

    private Urls() {}

    /**
     * Returns the text with every URL lacking its password and query and, with HTTP, its user name:
     * {@code https://user:secret@host/file?token=secret} becomes {@code https://host/file}.
     *
     * @param text a URL, a log line or a message
     */
    @NonNull
    public static String withoutSecrets(@NonNull String text) {
        if (!text.contains("://")) {
            return text;
        }
        String withoutUser = HTTP_USER.matcher(text).replaceAll("${scheme}");
        String withoutPassword = PASSWORD.matcher(withoutUser).replaceAll("${user}@");
        return QUERY.matcher(withoutPassword).replaceAll("${address}");
    }
}
