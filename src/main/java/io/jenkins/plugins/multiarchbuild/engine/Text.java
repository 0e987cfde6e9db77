package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;

/** Checks text that is passed on to docker unchanged. */
public final class Text {

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
            throw new InvalidRequestException(Sentence.of("Text.long", text.substring(0, 100), LONGEST_NAME));
        }
        return text;
    }

    /**
     * Checks that a text can be an argument, a variable or a file name.
     *
     * @param what the name of the parameter or value, for the message
     * @return the text
     * @throws InvalidRequestException if it has a NUL character, which ends an argument, or half of a surrogate pair,
     *     which cannot be encoded
     */
    @NonNull
    public static String checked(@NonNull String what, @NonNull String text) {
        return checked(Sentence.verbatim(what), text);
    }

    /** Checks a text as {@link #checked(String, String)} does, with a name in any language. */
    @NonNull
    public static String checked(@NonNull Sentence what, @NonNull String text) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidRequestException(Sentence.of("Text.nul", what));
        }
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new InvalidRequestException(Sentence.of("Text.surrogate", what));
        }
        return text;
    }
}
