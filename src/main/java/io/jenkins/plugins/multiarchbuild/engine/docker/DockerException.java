package io.jenkins.plugins.multiarchbuild.engine.docker;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Explained;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.Locale;

/** A failure of docker, buildx or a registry; the message is one line for the user. */
public class DockerException extends Exception implements Explained {

    private static final long serialVersionUID = 1L;

    private enum Reason {
        LOGIN_REFUSED,
        ACCESS_REFUSED,
        BUILDER_GONE,
        OTHER
    }

    private final Reason reason;

    @CheckForNull
    private final String refusedRegistry;

    private final Sentence sentence;

    /** @param sentence what is wrong, and what to do if that is known */
    public DockerException(@NonNull Sentence sentence) {
        this(sentence, Reason.OTHER, null);
    }

    /** @param message English text for the user */
    public DockerException(@NonNull String message) {
        this(Sentence.verbatim(message));
    }

    /**
     * @param sentence what is wrong
     * @param refusedRegistry host of the registry that refused access to the login, or null if none did
     */
    public DockerException(@NonNull Sentence sentence, @CheckForNull String refusedRegistry) {
        this(sentence, refusedRegistry == null ? Reason.OTHER : Reason.ACCESS_REFUSED, refusedRegistry);
    }

    /**
     * Creates a failure with another sentence and the same reason.
     *
     * @param sentence what is wrong
     */
    public DockerException(@NonNull Sentence sentence, @NonNull DockerException cause) {
        super(cause);
        this.sentence = sentence;
        this.reason = cause.reason;
        this.refusedRegistry = cause.refusedRegistry;
    }

    private DockerException(Sentence sentence, Reason reason, @CheckForNull String refusedRegistry) {
        this.sentence = sentence;
        this.reason = reason;
        this.refusedRegistry = refusedRegistry;
    }

    /**
     * Returns the failure of a registry that refused the login itself.
     *
     * @param sentence what is wrong
     * @param registry the registry's host
     */
    @NonNull
    public static DockerException loginRefused(@NonNull Sentence sentence, @NonNull String registry) {
        return new DockerException(sentence, Reason.LOGIN_REFUSED, registry);
    }

    /**
     * Returns the failure of a builder that stopped working during a build.
     *
     * @param sentence what is wrong
     */
    @NonNull
    public static DockerException builderGone(@NonNull Sentence sentence) {
        return new DockerException(sentence, Reason.BUILDER_GONE, null);
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

    /** Returns the host of the registry that refused the login or access, as in image references; null if none did. */
    @CheckForNull
    public String refusedRegistry() {
        return refusedRegistry;
    }

    /** Whether a registry refused the login itself: it is wrong or missing, or has expired, so a new one may help. */
    public boolean isLoginRefused() {
        return reason == Reason.LOGIN_REFUSED;
    }

    /** Whether the builder stopped working during the build, so the same build may well succeed. */
    public boolean isBuilderGone() {
        return reason == Reason.BUILDER_GONE;
    }

    /** Returns this failure with English text in front of its sentence. */
    @NonNull
    public DockerException withPrefix(@NonNull String prefix) {
        return new DockerException(sentence.after(prefix), this);
    }
}
