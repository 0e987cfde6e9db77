/**
 * Whether agents are ready to build: asks them directly, without an executor, for the page of administrators and for
 * {@code multiArchCheck}.
 */
package io.jenkins.plugins.multiarchbuild.readiness;
