/** Builders that are created from settings: what the settings mean, and the commands that carry them out. */
package io.jenkins.plugins.multiarchbuild.engine.builder;
