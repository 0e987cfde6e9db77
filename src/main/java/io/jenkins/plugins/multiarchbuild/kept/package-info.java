/**
 * What is kept with a build to download: the progress of its bakes as buildx wrote it, and the definition that builds its
 * images again elsewhere. Both are files in the run's directory, without secrets.
 */
package io.jenkins.plugins.multiarchbuild.kept;
