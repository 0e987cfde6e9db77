/** Asks bake on an agent what the bake file of a call says. */
package io.jenkins.plugins.multiarchbuild.bakefile;
