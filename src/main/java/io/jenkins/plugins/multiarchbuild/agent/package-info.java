/**
 * How a task gets to an agent and survives a restart, and what all tasks need there: directories, logins,
 * certificates and the script that runs buildx. The tasks themselves are in {@code task}.
 */
package io.jenkins.plugins.multiarchbuild.agent;
