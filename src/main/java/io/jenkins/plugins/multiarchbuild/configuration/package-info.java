/** The global settings, in the form and as code. They are read once per call. */
package io.jenkins.plugins.multiarchbuild.configuration;
