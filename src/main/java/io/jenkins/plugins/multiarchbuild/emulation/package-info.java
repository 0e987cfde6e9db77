/** What emulation costs: the steps of emulated platforms of all builds, by day, label and platform. */
package io.jenkins.plugins.multiarchbuild.emulation;
