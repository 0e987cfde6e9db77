package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;

/** Says in one line, written for the user, what is wrong with a request and what to do about it. */
public final class InvalidRequestException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** @param message one line for the user */
    public InvalidRequestException(@NonNull String message) {
        super(message);
    }
}
