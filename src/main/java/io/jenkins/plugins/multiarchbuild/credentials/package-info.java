/**
 * Turns Jenkins credentials into registry logins, build secrets and a mask for the log. The callers decide where they
 * are written to on an agent.
 */
package io.jenkins.plugins.multiarchbuild.credentials;
