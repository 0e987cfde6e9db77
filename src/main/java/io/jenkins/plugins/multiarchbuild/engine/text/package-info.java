/** Texts that are shown to users: on one line, and without secrets. */
package io.jenkins.plugins.multiarchbuild.engine.text;
