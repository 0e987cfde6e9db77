/**
 * Checks on the agent that the programs of each platform's image are for that platform: which files of an image are
 * read, and how. What is wrong with a program is decided in {@code engine.image}. It also
 * notices that platforms are built on different versions of a base image.
 */
package io.jenkins.plugins.multiarchbuild.verification;
