package io.jenkins.plugins.multiarchbuild.engine.text;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.regex.Pattern;

/** Makes a one-line message of text from users, files or registries. */
public final class OneLine {

    private static final int LONGEST = 20_000;

    /**
     * Line breaks, escape sequences that could change how a log looks, and invisible characters that could change the
     * order of what is seen. The two joiners are part of words in some scripts.
     */
    private static final String UNSEEN = "[\\p{Cc}\\p{Cf}\\u2028\\u2029&&[^\\u200c\\u200d]]";

    private static final Pattern RUN = Pattern.compile(UNSEEN + "+");

    private static final Pattern EACH = Pattern.compile(UNSEEN);

    private OneLine() {}

    /**
     * Returns the text without control characters, invisible ones and secrets in URLs, cut off after 20,000 characters.
     */
    @NonNull
    public static String of(@NonNull String text) {
        String start = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return Urls.withoutSecrets(RUN.matcher(start).replaceAll(" "));
    }

    /** Returns the text with a question mark for each control character and each invisible one. */
    @NonNull
    public static String marked(@NonNull String text) {
        return EACH.matcher(text).replaceAll("?");
    }
}
