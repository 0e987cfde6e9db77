package io.jenkins.plugins.multiarchbuild.engine.progress;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.Serializable;

/**
 * When a step of a bake ran. What it took comes from BuildKit, to a tenth of a second. When it ended is known from its
 * line in the log, and it began that much earlier.
 *
 * @param platform its platform, or null if it was not for one of them
 * @param name its name as buildx writes it, at most {@value #LONGEST_NAME} characters; null for a push
 * @param startMillis when it began, in milliseconds after the bake began
 * @param millis what it took, in milliseconds
 * @param slackMillis by how many milliseconds it may have begun and ended earlier
 * @param outcome how it ended
 */
public record TimedStep(
        @CheckForNull Platform platform,
        @CheckForNull String name,
        long startMillis,
        long millis,
        long slackMillis,
        @NonNull Outcome outcome)
        implements Serializable {

    /** The maximum number of characters of a name. */
    public static final int LONGEST_NAME = 4096;

    /** How a step ended. */
    public enum Outcome {
        DONE,
        CACHED,
        FAILED,
        /** It was still running when the bake ended, or BuildKit canceled it because another one had failed. */
        STOPPED
    }

    /** @throws IllegalArgumentException if it is not possible: an agent may send anything */
    public TimedStep {
        if (outcome == null || startMillis < 0 || millis < 0 || slackMillis < 0) {
            throw new IllegalArgumentException(outcome + " after " + millis + " ms at " + startMillis);
        }
        if (name != null && name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("A name of " + name.length() + " characters");
        }
    }

    /** Returns when it ended, in milliseconds after the bake began. */
    public long endMillis() {
        return startMillis + millis;
    }

    /** Whether it pushed an image that was built. */
    public boolean isPush() {
        return name == null;
    }
}
