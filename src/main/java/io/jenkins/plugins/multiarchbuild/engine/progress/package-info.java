/**
 * What buildx writes while it builds: a log for people, and what the steps of each platform took. Not here: which of its
 * errors means what, see {@code engine.buildx}.
 */
package io.jenkins.plugins.multiarchbuild.engine.progress;
