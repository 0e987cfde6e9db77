/** Jenkins credentials become registry logins in a {@code DOCKER_CONFIG} directory on the agent, for the time of a build. */
package io.jenkins.plugins.multiarchbuild.credentials;
