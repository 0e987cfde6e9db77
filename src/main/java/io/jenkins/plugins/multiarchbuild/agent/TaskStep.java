package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * Runs one of this plugin's own tasks. Its descriptors are not registered, so that no script can call it and no form
 * offers it; only {@link TaskDsl} starts it.
 */
public final class TaskStep extends Step {

    /** The agent is not required: it may be away right now, and {@link AgentTaskExecution} waits for it. */
    private static final StepDescriptor DESCRIPTOR = new DescriptorImpl(Set.of(Run.class, TaskListener.class));

    private static final StepDescriptor AGENT_REQUIRED =
            new DescriptorImpl(Set.of(Run.class, TaskListener.class, FilePath.class));

    private static final String FUNCTION = "multiArchBuildTask";

    private final Object task;

    /** @param task an {@link AgentTask} or a {@link ControllerTask} */
    @DataBoundConstructor
    public TaskStep(Object task) {
        this.task = task;
    }

    @Override
    public StepDescriptor getDescriptor() {
        return descriptor(task);
    }

    /** Returns the descriptor for a task. */
    @NonNull
    static StepDescriptor descriptor(@NonNull Object task) {
        return task instanceof AgentTask<?> onAgent && !onAgent.waitsForAgent() ? AGENT_REQUIRED : DESCRIPTOR;
    }

    @Override
    public StepExecution start(StepContext context) {
        return task instanceof AgentTask<?> onAgent
                ? new AgentTaskExecution(context, onAgent)
                : new ControllerTaskExecution(context, (ControllerTask<?>) task);
    }

    private static final class DescriptorImpl extends StepDescriptor {

        private final Set<Class<?>> required;

        DescriptorImpl(Set<Class<?>> required) {
            this.required = required;
        }

        /** Views show this instead of a function name, since there is no registered descriptor. */
        @Override
        public String getId() {
            return FUNCTION;
        }

        @Override
        public String getFunctionName() {
            return FUNCTION;
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.TaskStep_displayName();
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) {
            return new TaskStep(arguments.get("task"));
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return required;
        }
    }
}
