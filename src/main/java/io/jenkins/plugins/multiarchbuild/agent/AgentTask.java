package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;

/**
 * A short piece of work on the current agent. It holds no secret, and it is idempotent: after a restart of the
 * controller it is done again.
 *
 * @param <T> type of the result
 */
public interface AgentTask<T extends Serializable> extends Task {

    /** Returns the credentials ids for the registries that it may access, by registry host. */
    @NonNull
    default Map<String, String> credentialsIds() {
        return Map.of();
    }

    /** Whether it waits for an agent that is away when it is to start, instead of failing at once. */
    default boolean waitsForAgent() {
        return true;
    }

    /**
     * Does the work.
     *
     * @throws InvalidRequestException if the user's input is wrong
     * @throws DockerException if buildx or a registry fails
     */
    T run(@NonNull Agent agent) throws IOException, InterruptedException, DockerException;
}
