/**
 * Checks on the agent that the programs of each platform's image are for that platform: which files of an image are
 * read, and how. What is wrong with a program is decided in {@code engine.image}. Also whether the platforms are built on
 * the same base images.
 */
package io.jenkins.plugins.multiarchbuild.verification;
