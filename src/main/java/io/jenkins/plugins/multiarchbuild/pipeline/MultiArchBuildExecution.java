package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.io.IOException;
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

    private final MultiArchBuildStep step;

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
                .withContext(step.secretParameters().mask(context))
                .withCallback(BodyExecutionCallback.wrap(context))
                .start();
        return false;
    }

    private BuildJob plan() throws IOException, InterruptedException {
        try {
            Run<?, ?> run = getContext().get(Run.class);
            BuildRequest request = step.request();
            RegistryLogins.check(run, step.credentialsIds());
            step.secretParameters().check(run);
            SecretParameters.warn(getContext(), step.options());
            Computer computer = getContext().get(Computer.class);
            Node here = computer == null ? null : computer.getNode();
            String id = getContext().get(FlowNode.class).getId();
            List<GroupBuild> groups = new Planner(step, here).groups(id);
            return new BuildJob(step, groups, sourceFrom(request, run, here), id);
        } catch (InvalidRequestException e) {
            throw new AbortException(e.getMessage());
        }
    }

    private SourceFrom sourceFrom(BuildRequest request, Run<?, ?> run, @CheckForNull Node here) throws IOException {
        if (request.source().isAllRemote()) {
            return SourceFrom.URL;
        }
        if (step.getStash() != null) {
            return SourceFrom.STASH;
        }
        if (here != null) {
            return SourceFrom.WORKSPACE;
        }
        if (JobScm.of(run) == null) {
            throw new InvalidRequestException(
                    "No source to build from: this job has no SCM. Call multiArchBuild inside"
                            + " node { } after a checkout, name a stash with the parameter stash, or give a Git URL as context.");
        }
        return SourceFrom.SCM;
    }
}
