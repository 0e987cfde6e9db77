package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Computer;
import io.jenkins.plugins.multiarchbuild.agent.TaskDsl;
import io.jenkins.plugins.multiarchbuild.call.BuildCall;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry.Kind;
import io.jenkins.plugins.multiarchbuild.timeline.Phases;
import org.jenkinsci.plugins.workflow.cps.CpsFlowExecution;
import org.jenkinsci.plugins.workflow.cps.CpsStepContext;
import org.jenkinsci.plugins.workflow.cps.CpsThread;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/** Starts the flow of a call. Everything that may block is a task of the flow. */
public final class MultiArchBuildExecution extends StepExecution {

    private static final long serialVersionUID = 1L;

    private final BuildCall call;

    /** @param call the call, whose parameters are valid */
    public MultiArchBuildExecution(@NonNull StepContext context, @NonNull BuildCall call) {
        super(context);
        this.call = call;
    }

    @Override
    public boolean start() throws Exception {
        CpsStepContext context = (CpsStepContext) getContext();
        CpsFlowExecution execution = (CpsFlowExecution) context.get(FlowExecution.class);
        boolean outside = context.get(Computer.class) == null;
        String id = context.get(FlowNode.class).getId();
        PlanTask plan = new PlanTask(call, id, outside && JobScm.current() != null);
        Phases phases = new Phases();
        phases.begin(Kind.PLAN, null);
        FlowBody body = new FlowBody(CompiledFlow.create(new TaskDsl(execution.getOwner()), plan, phases));
        context.newBodyInvoker(CpsThread.current().getGroup().export(body), true)
                .withCallback(new ReportedEnd(id, call, phases))
                .start();
        return false;
    }
}
