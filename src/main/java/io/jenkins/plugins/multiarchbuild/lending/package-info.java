/**
 * Executors that builds lend each other. While a build only waits for groups on other agents, a group of another build
 * may work on its agent, so that builds that need each other's agents never block each other.
 */
package io.jenkins.plugins.multiarchbuild.lending;
