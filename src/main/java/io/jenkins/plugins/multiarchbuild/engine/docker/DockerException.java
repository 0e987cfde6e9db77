package io.jenkins.plugins.multiarchbuild.engine.docker;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;

/** A failure of docker, buildx or a registry; the message is one line for the user. */
public class DockerException extends Exception {

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

    /** @param message text for the user */
    public DockerException(@NonNull String message) {
        this(message, Reason.OTHER, null);
    }

    /**
     * @param message text for the user
     * @param refusedRegistry host of the registry that refused access to the login, or null if none did
     */
    public DockerException(@NonNull String message, @CheckForNull String refusedRegistry) {
        this(message, refusedRegistry == null ? Reason.OTHER : Reason.ACCESS_REFUSED, refusedRegistry);
    }

    /**
     * Creates a failure with another message and the same reason.
     *
     * @param message text for the user
     */
    public DockerException(@NonNull String message, @NonNull DockerException cause) {
        super(OneLine.of(message), cause);
        this.reason = cause.reason;
        this.refusedRegistry = cause.refusedRegistry;
    }

    private DockerException(String message, Reason reason, @CheckForNull String refusedRegistry) {
        super(OneLine.of(message));
        this.reason = reason;
        this.refusedRegistry = refusedRegistry;
    }

    /**
     * Returns the failure of a registry that refused the login itself.
     *
     * @param message text for the user
     * @param registry the registry's host
     */
    @NonNull
    public static DockerException loginRefused(@NonNull String message, @NonNull String registry) {
        return new DockerException(message, Reason.LOGIN_REFUSED, registry);
    }

    /**
     * Returns the failure of a builder that stopped working during a build.
     *
     * @param message text for the user
     */
    @NonNull
    public static DockerException builderGone(@NonNull String message) {
        return new DockerException(message, Reason.BUILDER_GONE, null);
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

    /** Returns this failure with text in front of its message. */
    @NonNull
    public DockerException withPrefix(@NonNull String prefix) {
        return new DockerException(prefix + getMessage(), this);
    }
}
