package io.jenkins.plugins.multiarchbuild.engine.bake;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import java.io.Serializable;

/**
 * A target of a bake file, with the settings of a call laid over it.
 *
 * @param name its name in the file
 * @param request what to build, and where to publish it
 * @param settings what only the file can say
 */
public record BakeTarget(
        @NonNull String name,
        @NonNull BuildRequest request,
        @NonNull TargetSettings settings) implements Serializable {

    /** Returns the same target with another request. */
    @NonNull
    public BakeTarget with(@NonNull BuildRequest other) {
        return new BakeTarget(name, other, settings);
    }
}
