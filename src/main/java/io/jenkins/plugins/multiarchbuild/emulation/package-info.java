/** Which platforms are emulated, and what that costs: their steps of all builds, by day, label and platform. */
package io.jenkins.plugins.multiarchbuild.emulation;
