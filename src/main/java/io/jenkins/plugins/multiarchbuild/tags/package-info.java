/** Whose turn it is to move a tag, and which build of a job has moved it last. */
package io.jenkins.plugins.multiarchbuild.tags;
