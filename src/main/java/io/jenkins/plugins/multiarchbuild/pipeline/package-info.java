/** The Pipeline steps, the flow that runs a build, and the short tasks that it runs on agents. */
package io.jenkins.plugins.multiarchbuild.pipeline;
