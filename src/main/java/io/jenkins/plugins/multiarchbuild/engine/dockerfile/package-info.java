/** Which images a Dockerfile builds on. Pure functions and values; nothing is fetched. */
package io.jenkins.plugins.multiarchbuild.engine.dockerfile;
