package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;

/**
 * A short piece of work on the agent at hand. It holds no secret, and doing it twice ends in the same state as doing it
 * once: after a restart of the controller it is done again.
 *
 * @param <T> what it comes to
 */
public interface AgentTask<T extends Serializable> extends Serializable {

    /** What the work is called in the views of a Pipeline. */
    @NonNull
    String label();

    /** The credentials ids of the registries that it may ask, by registry host. */
    @NonNull
    default Map<String, String> credentialsIds() {
        return Map.of();
    }

    /**
     * Does the work.
     *
     * @throws InvalidRequestException if the user's input is wrong
     * @throws BuildxException if buildx or a registry fails
     */
    T run(@NonNull Agent agent) throws IOException, InterruptedException, BuildxException;
}
