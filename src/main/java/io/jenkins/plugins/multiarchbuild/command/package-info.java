/** How a short command runs on an agent: its command line, its output, its end. */
package io.jenkins.plugins.multiarchbuild.command;
