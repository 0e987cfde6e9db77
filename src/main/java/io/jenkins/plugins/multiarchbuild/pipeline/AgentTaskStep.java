package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** Does one of this plugin's own tasks; scripts have no such task to give. */
public final class AgentTaskStep extends Step {

    private static final Logger LOGGER = Logger.getLogger(AgentTaskStep.class.getName());

    private final AgentTask<?> task;

    @DataBoundConstructor
    public AgentTaskStep(AgentTask<?> task) {
        this.task = task;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, task);
    }

    /** Does the task, and does it again when the controller was restarted in the middle of it. */
    static final class Execution extends SynchronousNonBlockingStepExecution<Serializable> {

        private static final long serialVersionUID = 1L;

        private static final long LONGEST_WAIT_FOR_AGENT = TimeUnit.MINUTES.toNanos(5);

        private final AgentTask<?> task;
        private boolean resumed;

        Execution(StepContext context, AgentTask<?> task) {
            super(context);
            this.task = task;
        }

        @Override
        protected Serializable run() throws Exception {
            if (resumed) {
                awaitAgent();
            }
            Agent agent = Agent.of(getContext());
            try {
                return task.run(agent);
            } catch (InvalidRequestException e) {
                throw new AbortException(e.getMessage());
            } catch (BuildxException e) {
                throw new AbortException("On agent '" + agent.name() + "': " + e.getMessage());
            }
        }

        @Override
        public void onResume() {
            resumed = true;
            try {
                start();
            } catch (Exception e) {
                getContext().onFailure(e);
            }
        }

        @Override
        public boolean blocksRestart() {
            return false;
        }

        /** An agent comes back some time after the controller; until then Pipeline has no directory to give. */
        private void awaitAgent() throws InterruptedException {
            long end = System.nanoTime() + LONGEST_WAIT_FOR_AGENT;
            while (System.nanoTime() < end) {
                try {
                    if (getContext().get(FilePath.class) != null) {
                        return;
                    }
                } catch (IOException e) {
                    LOGGER.log(Level.FINE, "still waiting for the agent", e);
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }
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
