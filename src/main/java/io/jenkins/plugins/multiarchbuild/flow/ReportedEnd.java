package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.call.AgentLabels;
import io.jenkins.plugins.multiarchbuild.call.BuildCall;
import io.jenkins.plugins.multiarchbuild.emulation.EmulationTally;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.report.ImageReport.Ending;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry;
import io.jenkins.plugins.multiarchbuild.timeline.Phases;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Ends the step when its flow ends. The page of the run then shows its phases, and whether it failed or was aborted, and
 * what was emulated is counted. Why it failed is only in the log, where secrets are masked.
 */
final class ReportedEnd extends BodyExecutionCallback {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(ReportedEnd.class.getName());

    private final String id;
    private final ArrayList<Platform> platforms;

    /** Null in a build that an older version of the plugin began. */
    private final Phases phases;

    /** Null in a build that an older version of the plugin began, and if there are no base tags. */
    private final String repository;

    /** The labels of the agents that were asked for, by platform; null in a build that an older version began. */
    private final HashMap<String, String> labels = new HashMap<>();

    /**
     * @param id identifies the step within the run
     * @param phases those of the flow
     */
    ReportedEnd(@NonNull String id, @NonNull BuildCall call, @NonNull Phases phases) {
        this.id = id;
        this.platforms = new ArrayList<>(call.request().platforms());
        this.phases = phases;
        this.repository = Stream.concat(call.request().baseTags().stream(), call.repositories().stream())
                .map(ImageReference::repository)
                .findFirst()
                .orElse(null);
        AgentLabels asked = new AgentLabels(call.agents(), call.farmAgents());
        platforms.forEach(platform -> asked.get(platform).ifPresent(label -> labels.put(platform.toString(), label)));
    }

    @Override
    public void onSuccess(StepContext context, Object result) {
        report(context, null, () -> context.onSuccess(result));
    }

    @Override
    public void onFailure(StepContext context, Throwable failure) {
        Ending ending = failure instanceof FlowInterruptedException ? Ending.ABORTED : Ending.FAILED;
        report(context, ending, () -> context.onFailure(failure));
    }

    /** Pipeline's program does not wait for files, so this is done elsewhere. */
    private void report(StepContext context, @CheckForNull Ending ending, Runnable then) {
        List<TimelineEntry> times = phases == null ? List.of() : phases.endAll();
        Computer.threadPoolForRemoting.submit(() -> {
            try {
                Run<?, ?> run = context.get(Run.class);
                if (ending != null) {
                    MultiArchReport.end(run, id, ending, platforms);
                }
                MultiArchReport.addPhases(run, id, repository, times);
                EmulationTally.get().count(run, id, labels == null ? Map.of() : labels);
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, "The page of the build cannot be saved", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                then.run();
            }
        });
    }
}
