/** Which tags an image gets from what Git knows about its source. */
package io.jenkins.plugins.multiarchbuild.engine.git;
