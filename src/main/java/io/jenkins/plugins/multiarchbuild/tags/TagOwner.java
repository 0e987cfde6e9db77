package io.jenkins.plugins.multiarchbuild.tags;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.build.BuildId;

/**
 * A call of a step that publishes.
 *
 * @param run its build
 * @param call identifies it within the build
 */
record TagOwner(@NonNull BuildId run, @NonNull String call) {}
