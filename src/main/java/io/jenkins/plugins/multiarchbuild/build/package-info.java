/** What identifies a build of Jenkins. What is done for a build belongs elsewhere. */
package io.jenkins.plugins.multiarchbuild.build;
