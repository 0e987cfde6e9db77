package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;

/** An invalid request; the message tells the user in one line what is wrong and what to do. */
public final class InvalidRequestException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** @param message text for the user, made {@link OneLine} */
    public InvalidRequestException(@NonNull String message) {
        super(OneLine.of(message));
    }
}
