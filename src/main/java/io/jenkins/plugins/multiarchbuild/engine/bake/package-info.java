/** What a project's own bake file says about its images, and the settings of a call laid over it. */
package io.jenkins.plugins.multiarchbuild.engine.bake;
