package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Explained;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.Locale;

/** An invalid request; the message tells the user in one line what is wrong and what to do. */
public final class InvalidRequestException extends IllegalArgumentException implements Explained {

    private static final long serialVersionUID = 1L;

    private final Sentence sentence;

    /** @param sentence what is wrong and what to do */
    public InvalidRequestException(@NonNull Sentence sentence) {
        this.sentence = sentence;
    }

    /** @param message English text for the user */
    public InvalidRequestException(@NonNull String message) {
        this(Sentence.verbatim(message));
    }

    @Override
    public Sentence sentence() {
        return sentence;
    }

    /** Returns the sentence in English. */
    @Override
    public String getMessage() {
        return text(Locale.ROOT);
    }
}
