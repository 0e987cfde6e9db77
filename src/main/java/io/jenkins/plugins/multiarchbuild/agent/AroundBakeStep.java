package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.console.ConsoleLogFilter;
import hudson.model.TaskListener;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * Runs its body with a filter of the log and with environment variables. Each block of a Pipeline is saved to disk eight
 * times and more, so this is one block in place of {@code withContext} around {@code withEnv}. Its descriptor is not
 * registered, so that no script can call it.
 */
public final class AroundBakeStep extends Step {

    /** For the flow of this plugin. */
    static final StepDescriptor DESCRIPTOR = new DescriptorImpl();

    /** The function name by which the block is recognised. */
    static final String FUNCTION = "multiArchBuildBake";

    private final Around around;

    /**
     * What the body gets.
     *
     * @param filter what the log passes through, serializable
     * @param variables the environment variables, {@code NAME=value} each
     */
    public record Around(
            @NonNull ConsoleLogFilter filter, @NonNull ArrayList<String> variables) implements Serializable {}

    @DataBoundConstructor
    public AroundBakeStep(Object around) {
        this.around = (Around) around;
    }

    @Override
    public StepDescriptor getDescriptor() {
        return DESCRIPTOR;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, around);
    }

    private static final class Execution extends StepExecution {

        private static final long serialVersionUID = 1L;

        private final Around around;

        Execution(@NonNull StepContext context, @NonNull Around around) {
            super(context);
            this.around = around;
        }

        @Override
        public boolean start() throws IOException, InterruptedException {
            StepContext context = getContext();
            EnvVars variables = new EnvVars();
            around.variables.forEach(variables::addLine);
            context.newBodyInvoker()
                    .withContexts(
                            BodyInvoker.mergeConsoleLogFilters(context.get(ConsoleLogFilter.class), around.filter),
                            EnvironmentExpander.merge(
                                    context.get(EnvironmentExpander.class), EnvironmentExpander.constant(variables)))
                    .withCallback(BodyExecutionCallback.wrap(context))
                    .start();
            return false;
        }

        /** The body goes on by itself. */
        @Override
        public void onResume() {}
    }

    private static final class DescriptorImpl extends StepDescriptor {

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
            return Messages.AroundBakeStep_displayName();
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) {
            return new AroundBakeStep(arguments.get("around"));
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(TaskListener.class);
        }
    }
}
