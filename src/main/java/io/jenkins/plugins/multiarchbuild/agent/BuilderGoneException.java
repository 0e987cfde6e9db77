package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;

/** The builder went away in the middle of a build; another attempt may succeed. */
public final class BuilderGoneException extends AbortException {

    private static final long serialVersionUID = 1L;

    BuilderGoneException(@NonNull String message) {
        super(message);
    }
}
