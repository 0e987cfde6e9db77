package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import io.jenkins.plugins.multiarchbuild.lending.GuestStep;
import io.jenkins.plugins.multiarchbuild.lending.Loan;
import java.util.Set;
import org.jenkinsci.plugins.workflow.cps.DSL;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;

/**
 * Pipeline's own steps for the flow of this plugin, and three that scripts do not have: {@code task(TASK)}, {@code
 * borrow(LOAN) { }} in place of {@code node(LABEL) { }}, and {@code bake(BAKE)} in place of {@code sh}.
 */
public final class TaskDsl extends DSL {

    private static final long serialVersionUID = 1L;

    /** The controller was killed while Pipeline recorded the end of a step; the same in a new step may succeed. */
    public static final class LostStepException extends AbortException {

        private static final long serialVersionUID = 1L;

        LostStepException() {
            super(Messages.TaskDsl_lostStep());
        }
    }

    private static final String TASK = "task";
    private static final String BORROW = "borrow";
    private static final String BAKE = "bake";

    private static final Set<String> OWN = Set.of(TASK, BORROW, BAKE);

    /** The name of any registered step, which leads to {@link #invokeStep}, where the step is replaced. */
    private static final String REPLACED = "echo";

    /** @param owner the execution that runs the flow */
    public TaskDsl(@NonNull FlowExecutionOwner owner) {
        super(owner);
    }

    @Override
    public Object invokeMethod(String name, Object arguments) {
        return super.invokeMethod(OWN.contains(name) ? REPLACED : name, arguments);
    }

    @Override
    protected Object invokeStep(StepDescriptor descriptor, String name, Object arguments) {
        Object task = arguments instanceof Object[] values && values.length == 1 ? values[0] : null;
        if (task instanceof AgentTask || task instanceof ControllerTask) {
            return super.invokeStep(TaskStep.descriptor(task), TASK, arguments);
        }
        if (arguments instanceof Object[] values && values.length == 2 && values[0] instanceof Loan) {
            return super.invokeStep(GuestStep.DESCRIPTOR, BORROW, arguments);
        }
        if (task instanceof BakeStep.Bake) {
            return super.invokeStep(BakeStep.DESCRIPTOR, BAKE, arguments);
        }
        return super.invokeStep(descriptor, name, arguments);
    }
}
