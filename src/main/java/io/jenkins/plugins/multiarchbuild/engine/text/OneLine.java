package io.jenkins.plugins.multiarchbuild.engine.text;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.regex.Pattern;

/** Makes a one-line message of text from users, files or registries. */
public final class OneLine {

    private static final int LONGEST = 20_000;

    /** Line breaks, and escape sequences that could change how a log looks. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029]+");

    private OneLine() {}

    /** Returns the text without control characters and secrets in URLs, cut off after 20,000 characters. */
    @NonNull
    public static String of(@NonNull String text) {
        String start = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return Urls.withoutSecrets(CONTROL.matcher(start).replaceAll(" "));
    }
}
