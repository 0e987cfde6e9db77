/** What a run shows of the images that it has built and published. */
package io.jenkins.plugins.multiarchbuild.report;
