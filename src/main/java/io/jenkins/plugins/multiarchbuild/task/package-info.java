/**
 * What happens on an agent, one class per task. A task is short and idempotent. The order of the tasks is decided in
 * {@code flow}.
 */
package io.jenkins.plugins.multiarchbuild.task;
