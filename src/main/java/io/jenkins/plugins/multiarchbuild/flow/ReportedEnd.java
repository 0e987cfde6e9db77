package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.report.ImageReport.Ending;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Ends the step when its flow ends, and shows on the page of the run if that failed or was aborted. Why is only in the log,
 * where secrets are masked.
 */
final class ReportedEnd extends BodyExecutionCallback {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(ReportedEnd.class.getName());

    private final String id;
    private final ArrayList<Platform> platforms;

    /** @param id identifies the step within the run */
    ReportedEnd(@NonNull String id, @NonNull List<Platform> platforms) {
        this.id = id;
        this.platforms = new ArrayList<>(platforms);
    }

    @Override
    public void onSuccess(StepContext context, Object result) {
        context.onSuccess(result);
    }

    @Override
    public void onFailure(StepContext context, Throwable failure) {
        // Pipeline's program does not wait for files
        Computer.threadPoolForRemoting.submit(() -> {
            try {
                report(context, failure);
            } finally {
                context.onFailure(failure);
            }
        });
    }

    private void report(StepContext context, Throwable failure) {
        try {
            Ending ending = failure instanceof FlowInterruptedException ? Ending.ABORTED : Ending.FAILED;
            MultiArchReport.end(context.get(Run.class), id, ending, platforms);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The page of the build cannot be saved", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
