/** Which images a Dockerfile builds on, and where its programs run. Pure functions and values; nothing is fetched. */
package io.jenkins.plugins.multiarchbuild.engine.dockerfile;
