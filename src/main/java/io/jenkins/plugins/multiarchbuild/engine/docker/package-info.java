/**
 * The {@code docker} command, its configuration directory and its errors. Knows neither registries nor buildx: what a
 * command means belongs to the packages that call it.
 */
package io.jenkins.plugins.multiarchbuild.engine.docker;
