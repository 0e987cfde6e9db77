package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.engine.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.BuildPlan;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowExecution;
import org.jenkinsci.plugins.workflow.cps.CpsStepContext;
import org.jenkinsci.plugins.workflow.cps.CpsThread;
import org.jenkinsci.plugins.workflow.cps.DSL;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/** Checks the request and hands it to the flow. */
final class MultiArchBuildExecution extends StepExecution {

    private static final long serialVersionUID = 1L;

    private static final String FLOW = "io.jenkins.plugins.multiarchbuild.pipeline.MultiArchBuildFlow";

    private final transient MultiArchBuildStep step;

    MultiArchBuildExecution(@NonNull StepContext context, @NonNull MultiArchBuildStep step) {
        super(context);
        this.step = step;
    }

    @Override
    public boolean start() throws Exception {
        BuildJob job = plan();
        CpsStepContext context = (CpsStepContext) getContext();
        CpsFlowExecution execution = (CpsFlowExecution) context.get(FlowExecution.class);
        Class<?> flow = execution.getTrustedShell().getClassLoader().loadClass(FLOW);
        FlowBody body = new FlowBody((BuildFlow)
                flow.getConstructor(DSL.class, BuildJob.class).newInstance(new DSL(execution.getOwner()), job));
        context.newBodyInvoker(CpsThread.current().getGroup().export(body), true)
                .withCallback(BodyExecutionCallback.wrap(context))
                .start();
        return false;
    }

    private BuildJob plan() throws IOException, InterruptedException {
        try {
            BuildRequest request = step.request();
            RegistryLogins.check(getContext().get(Run.class), step.credentialsIds());
            String id = getContext().get(FlowNode.class).getId();
            List<GroupBuild> groups = new ArrayList<>();
            for (BuildGroup group :
                    BuildPlan.of(request.platforms(), PlatformMap.EMPTY).groups()) {
                groups.add(new GroupBuild(step, group, id + "-" + groups.size()));
            }
            return new BuildJob(step, groups);
        } catch (InvalidRequestException e) {
            throw new AbortException(e.getMessage());
        }
    }
}
