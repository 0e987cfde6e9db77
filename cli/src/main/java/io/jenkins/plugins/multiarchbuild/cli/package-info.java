/** The engine's command line tool: checks, builds and publishes with local processes. */
package io.jenkins.plugins.multiarchbuild.cli;
