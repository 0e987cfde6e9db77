package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.agent.ControllerTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.credentials.SecretMask;
import java.io.IOException;
import java.util.LinkedHashMap;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Reads the secrets of a call, to mask them in the log. */
public final class MaskTask implements ControllerTask<SecretMask> {

    private static final long serialVersionUID = 1L;

    private final LinkedHashMap<String, String> secretIds;

    /** @param plan the plan of the call */
    public MaskTask(@NonNull BuildPlan plan) {
        this.secretIds = new LinkedHashMap<>(plan.call().credentials().secrets());
    }

    @Override
    public String label() {
        return Messages.MaskTask_label();
    }

    @Override
    public SecretMask run(StepContext context) throws IOException, InterruptedException {
        return SecretMask.of(context.get(Run.class), secretIds);
    }
}
