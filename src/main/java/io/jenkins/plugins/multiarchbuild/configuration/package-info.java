/** The farm's settings: which agents build which platforms. */
package io.jenkins.plugins.multiarchbuild.configuration;
