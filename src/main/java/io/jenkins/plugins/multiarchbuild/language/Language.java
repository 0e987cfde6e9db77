package io.jenkins.plugins.multiarchbuild.language;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Explained;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import org.jvnet.localizer.LocaleProvider;

/** Turns sentences into text: in the language of the user whose request is served, or else in the controller's. */
public final class Language {

    private Language() {}

    /** Returns the text of a sentence. */
    @NonNull
    public static String text(@NonNull Sentence sentence) {
        return sentence.in(LocaleProvider.getLocale());
    }

    /** Returns the message of a failure on one line, in English if it is one that has no other language. */
    @NonNull
    public static String text(@NonNull Throwable failure) {
        return failure instanceof Explained explained
                ? explained.text(LocaleProvider.getLocale())
                : String.valueOf(failure.getMessage());
    }
}
