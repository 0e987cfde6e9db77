/** The engine from a shell: the same plan, bake definition and publishing, run with local processes. */
package io.jenkins.plugins.multiarchbuild.cli;
