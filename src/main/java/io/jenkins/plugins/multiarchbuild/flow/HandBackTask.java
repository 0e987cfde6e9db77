package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Computer;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.ControllerTask;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.lending.ExecutorLending;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Waits until the executor of the call, which may have been lent while the call only waited, is free again. */
public final class HandBackTask implements ControllerTask<String> {

    private static final long serialVersionUID = 1L;

    @NonNull
    @Override
    public String label() {
        return Messages.HandBackTask_label();
    }

    @Override
    public String run(StepContext context) throws IOException, InterruptedException {
        Computer computer = context.get(Computer.class);
        boolean said = false;
        while (computer != null && !ExecutorLending.get().mayGoOn(computer)) {
            if (!said) {
                said = true;
                Agent.log(
                        context.get(TaskListener.class),
                        Sentence.of("HandBackTask.waiting", computer.getDisplayName()));
            }
            TimeUnit.SECONDS.sleep(1);
        }
        return "";
    }
}
