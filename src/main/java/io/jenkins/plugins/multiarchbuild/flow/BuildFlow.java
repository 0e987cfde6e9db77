package io.jenkins.plugins.multiarchbuild.flow;

/**
 * The Groovy flow of a build, for Java. It is an interface because Pipeline suspends by throwing, and a reflective call
 * would wrap what is thrown.
 */
@FunctionalInterface
public interface BuildFlow {

    /** Runs the flow as Pipeline code. */
    Object run();
}
