package io.jenkins.plugins.multiarchbuild.engine.dockerfile;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;

/**
 * A stage of a Dockerfile that runs programs.
 *
 * @param name its name as buildx shows it, such as {@code build} or {@code stage-1}; empty for an only one without a name
 * @param platform the platform that it is for, or null for that of the builder
 */
public record RunningStage(
        @NonNull String name, @CheckForNull Platform platform) {}
