/** Which files of a directory belong to a build context, as BuildKit decides it. */
package io.jenkins.plugins.multiarchbuild.engine.context;
