package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;

/**
 * Whether it was checked that the programs of one platform's image are for that platform.
 *
 * @param verdict what was found, or null if it was not checked
 * @param omission why it was not checked, or null if it was
 */
public record Verification(
        @CheckForNull Verdict verdict, @CheckForNull Omission omission) implements Serializable {

    /** Why an image is not checked. */
    public enum Omission {
        /** The call says so. */
        OFF_FOR_CALL,
        /** The administrator says so. */
        OFF_FOR_ALL,
        /** It is not pushed, and the builder cannot write it to the agent. */
        NOT_PUSHED,
        /** The agent has no named pipes. */
        NOT_ON_UNIX,
        /** The image is for another system than Linux. */
        NOT_FOR_LINUX
    }

    /** Returns the verification of an image that was found to be for its platform. */
    @NonNull
    public static Verification of(@NonNull Verdict verdict) {
        return new Verification(verdict, null);
    }

    /** Returns the verification of an image that was not checked. */
    @NonNull
    public static Verification omitted(@NonNull Omission omission) {
        return new Verification(null, omission);
    }
}
