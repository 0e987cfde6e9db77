/**
 * Reads manifests and publishes images under tags with {@code docker buildx imagetools}. How images are built does not
 * belong here.
 */
package io.jenkins.plugins.multiarchbuild.engine.registry;
