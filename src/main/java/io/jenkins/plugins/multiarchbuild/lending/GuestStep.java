package io.jenkins.plugins.multiarchbuild.lending;

import edu.umd.cs.findbugs.annotations.NonNull;
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
 * A {@code node} without an executor, for a group on a lent executor. Its descriptor is not registered, so that no
 * script can call it.
 */
public final class GuestStep extends Step {

    /** For the flow of this plugin. */
    public static final StepDescriptor DESCRIPTOR = new DescriptorImpl();

    static final String FUNCTION = "multiArchBuildGuest";

    private final Loan loan;

    @DataBoundConstructor
    public GuestStep(Object loan) {
        this.loan = (Loan) loan;
    }

    @Override
    public StepDescriptor getDescriptor() {
        return DESCRIPTOR;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new GuestExecution(context, loan);
    }

    private static final class DescriptorImpl extends StepDescriptor {

        /** The function name by which {@link Holders} recognises the block. */
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
            return Messages.GuestStep_displayName();
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) {
            return new GuestStep(arguments.get("loan"));
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class);
        }
    }
}
