package io.jenkins.plugins.multiarchbuild.tags;

import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * A call of a step that publishes.
 *
 * @param run external id of its build: {@code team/app#42}
 * @param call identifies it within the build
 */
record TagOwner(@NonNull String run, @NonNull String call) {}
