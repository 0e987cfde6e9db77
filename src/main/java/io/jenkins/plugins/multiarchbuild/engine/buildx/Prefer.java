package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;

/** Which image is taken when two are for the same platform. */
public enum Prefer {
    /** Neither: it is an error. */
    NEITHER,
    /** The one named first. */
    FIRST,
    /** The one named last. */
    LAST;

    /**
     * Reads the parameter as written: {@code first}, {@code last} or nothing.
     *
     * @throws InvalidRequestException if it is none of them
     */
    @NonNull
    public static Prefer parse(@CheckForNull String text) {
        return switch (text == null ? "" : text.trim()) {
            case "" -> NEITHER;
            case "first" -> FIRST;
            case "last" -> LAST;
            default ->
                throw new InvalidRequestException(
                        "prefer: '" + text.trim()
                                + "' is not understood. Give 'first' or 'last': which of two images for one platform is taken.");
        };
    }
}
