package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;

/** Which image is used if two are for the same platform. */
public enum DuplicateChoice {
    /** None: duplicates are an error. */
    NEITHER,
    /** The one named first. */
    FIRST,
    /** The one named last. */
    LAST;

    /**
     * Reads the parameter as written: {@code first}, {@code last} or nothing.
     *
     * @throws InvalidRequestException if it is something else
     */
    @NonNull
    public static DuplicateChoice parse(@CheckForNull String text) {
        return switch (text == null ? "" : text.trim()) {
            case "" -> NEITHER;
            case "first" -> FIRST;
            case "last" -> LAST;
            default -> throw new InvalidRequestException(Sentence.of("DuplicateChoice.notUnderstood", text.trim()));
        };
    }
}
