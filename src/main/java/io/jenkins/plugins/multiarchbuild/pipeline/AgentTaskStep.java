package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** Does one of this plugin's own tasks; scripts have no such task to give. */
public final class AgentTaskStep extends Step {

    private final Object task;

    /** @param task one of this plugin's own; of any type, so that whatever a script gives can be refused in plain words */
    @DataBoundConstructor
    public AgentTaskStep(Object task) {
        this.task = task;
    }

    @Override
    public StepExecution start(StepContext context) throws AbortException {
        // a class or a closure of a script may implement the interface too, and would run outside of Pipeline's own
        // thread
        if (task instanceof AgentTask<?> own && own.getClass().getClassLoader() == AgentTask.class.getClassLoader()) {
            return new AgentTaskExecution(context, own);
        }
        throw new AbortException(Messages.AgentTaskStep_notForScripts());
    }

    /** Registers the step, out of the sight of users. */
    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

        @Override
        public String getFunctionName() {
            return "multiArchBuildTask";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.AgentTaskStep_displayName();
        }

        @Override
        public boolean isAdvanced() {
            return true;
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FilePath.class, EnvVars.class, Launcher.class, TaskListener.class);
        }
    }
}
