/** Managed builders: created on an agent when a call needs them, and removed when nothing names them any more. */
package io.jenkins.plugins.multiarchbuild.builders;
