/**
 * The source of a build on agents: where it is, and how it gets from one agent to another undamaged. Which agent needs
 * it is decided in {@code task}.
 */
package io.jenkins.plugins.multiarchbuild.source;
