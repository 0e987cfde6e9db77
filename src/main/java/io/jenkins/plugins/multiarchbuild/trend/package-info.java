/** How the images of a job have developed over its last builds. Nothing here is kept or changed. */
package io.jenkins.plugins.multiarchbuild.trend;
