/** What the pages and the remote API of a run show of its images. Nothing here accesses an agent or a registry. */
package io.jenkins.plugins.multiarchbuild.report;
