/**
 * The archive that holds the image of all platforms: how the images get from the agents that have built them to the
 * workspace of the call, and how they are put together there.
 */
package io.jenkins.plugins.multiarchbuild.archive;
