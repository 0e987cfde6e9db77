package io.jenkins.plugins.multiarchbuild.pipeline;

/**
 * What the Groovy flow of a build is to Java. An interface, because Pipeline suspends by throwing, and a reflective call
 * would wrap what is thrown.
 */
@FunctionalInterface
public interface BuildFlow {

    /** Runs the flow as Pipeline code. */
    Object run();
}
