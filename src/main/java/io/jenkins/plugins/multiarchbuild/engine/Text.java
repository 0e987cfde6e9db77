package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;

/** Checks text that is passed on to docker unchanged. */
final class Text {

    private static final int LONGEST_NAME = 4096;

    private Text() {}

    /**
     * Checks that a name has at most 4,096 characters, which is more than any valid one: regular expressions take too
     * much time or memory for much longer ones.
     *
     * @return the name
     * @throws InvalidRequestException if it is longer
     */
    @NonNull
    static String name(@NonNull String text) {
        if (text.length() > LONGEST_NAME) {
            throw new InvalidRequestException(
                    "'" + text.substring(0, 100) + "...' is longer than " + LONGEST_NAME + " characters. Shorten it.");
        }
        return text;
    }

    /**
     * Checks that a text can be an argument, a variable or a file name.
     *
     * @param parameter the name of the parameter that it comes from, for the message
     * @return the text
     * @throws InvalidRequestException if it contains a NUL character or half of a surrogate pair
     */
    @NonNull
    static String checked(@NonNull String parameter, @NonNull String text) {
        boolean encodable = text.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
        if (!encodable) {
            throw new InvalidRequestException(
                    parameter + ": '" + text + "' contains a character that cannot be passed to a program. Remove it.");
        }
        return text;
    }
}
