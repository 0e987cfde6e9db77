package io.jenkins.plugins.multiarchbuild.pipeline;

import org.jenkinsci.plugins.workflow.steps.StepDescriptor;

/** What the forms of this plugin's steps have in common. */
public abstract class ImageStepDescriptor extends StepDescriptor {}
