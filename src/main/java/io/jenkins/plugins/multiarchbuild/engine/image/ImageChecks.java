package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;

/**
 * What is checked in each platform's image before anything is published.
 *
 * @param omission why its programs need not be for its platform, or null if they have to be
 * @param foreignPrograms the programs that may be for other platforms
 * @param smokeTest the commands that they have to run
 */
public record ImageChecks(
        @CheckForNull Verification.Omission omission,
        @NonNull PathPatterns foreignPrograms,
        @NonNull SmokeTest smokeTest)
        implements Serializable {

    /** Whether anything is checked. */
    public boolean any() {
        return programs() || !smokeTest.commands().isEmpty();
    }

    /** Whether its programs have to be for its platform. */
    public boolean programs() {
        return omission == null;
    }
}
