/**
 * The values that travel between step, flow and tasks, and the return values of the steps. All of them are immutable
 * and serializable, since Pipeline saves them while a build runs.
 */
package io.jenkins.plugins.multiarchbuild.call;
