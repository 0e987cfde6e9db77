/**
 * The order in which things happen: the plan, the trusted Pipeline flow, and the outcomes of its groups. Nothing here
 * accesses an agent or a registry.
 */
package io.jenkins.plugins.multiarchbuild.flow;
