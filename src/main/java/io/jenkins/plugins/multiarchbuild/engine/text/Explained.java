package io.jenkins.plugins.multiarchbuild.engine.text;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Locale;

/** A failure whose message can be shown in any language. */
public interface Explained {

    /** Returns what is wrong and what to do, for the user. */
    @NonNull
    Sentence sentence();

    /** Returns the sentence of any failure: its message as it is if it has no other. */
    @NonNull
    static Sentence of(@NonNull Throwable failure) {
        return failure instanceof Explained explained
                ? explained.sentence()
                : Sentence.verbatim(String.valueOf(failure.getMessage()));
    }

    /** Returns the sentence in a language, made {@link OneLine}. */
    @NonNull
    default String text(@NonNull Locale locale) {
        return OneLine.of(sentence().in(locale));
    }
}
