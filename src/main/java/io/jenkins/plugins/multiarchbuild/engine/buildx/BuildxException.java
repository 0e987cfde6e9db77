package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;

/** Says, written for the user, what buildx or a registry did not do. */
public final class BuildxException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message text for the user */
    public BuildxException(@NonNull String message) {
        super(message);
    }
}
