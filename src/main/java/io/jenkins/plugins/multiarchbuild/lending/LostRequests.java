package io.jenkins.plugins.multiarchbuild.lending;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.init.InitMilestone;
import hudson.model.Computer;
import hudson.model.PeriodicWork;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.nodes.StepStartNode;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionList;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution.PlaceholderTask;

/**
 * Lets groups ask again whose request for an agent is lost. When the controller is killed, the queue that it saved is older
 * than its builds, and other items get the ids that have been given since. Pipeline looks for the item of a waiting {@code
 * node} step by its id, finds that of another build, and waits for ever.
 */
@Extension
public final class LostRequests extends PeriodicWork {

    private static final Logger LOGGER = Logger.getLogger(LostRequests.class.getName());

    /** Pipeline repairs what it can when it resumes its builds, and a request is nowhere for a moment when it is served. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(45);

    /** Those without a request, and since when. */
    private final Map<FlowNode, Long> suspects = new HashMap<>();

    @Override
    public long getRecurrencePeriod() {
        return TimeUnit.SECONDS.toMillis(15);
    }

    /** Pipeline resumes its builds shortly after the controller has started. */
    @Override
    public long getInitialDelay() {
        return TimeUnit.MINUTES.toMillis(1);
    }

    @Override
    protected void doRun() {
        if (!isSettled()) {
            suspects.clear();
            return;
        }
        try (ACLContext context = ACL.as2(ACL.SYSTEM2)) {
            Set<FlowNode> waiting = waiting();
            waiting.removeAll(requests());
            suspects.keySet().retainAll(waiting);
            long now = System.nanoTime();
            for (FlowNode node : waiting) {
                Long since = suspects.putIfAbsent(node, now);
                if (since != null && now - since > PATIENCE) {
                    // not again until it has had the time to end
                    suspects.put(node, now);
                    askAgain(node);
                }
            }
        }
    }

    /** While the controller starts, or prepares to stop, Pipeline has not resumed its steps yet. */
    private static boolean isSettled() {
        Jenkins jenkins = Jenkins.get();
        return jenkins.getInitLevel() == InitMilestone.COMPLETED && !jenkins.isQuietingDown();
    }

    /** Returns the {@code node} steps of groups that have no agent yet. */
    private static Set<FlowNode> waiting() {
        Set<FlowNode> waiting = new HashSet<>();
        for (FlowExecution execution : FlowExecutionList.get()) {
            for (FlowNode head : heads(execution)) {
                if (Holders.is(head, Holders.NODE)
                        && head instanceof StepStartNode start
                        && !start.isBody()
                        && Holders.isGroup(head)) {
                    waiting.add(head);
                }
            }
        }
        return waiting;
    }

    /** One damaged build must not keep the others from being looked at. */
    private static List<FlowNode> heads(FlowExecution execution) {
        try {
            return execution.getCurrentHeads();
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "no heads of " + execution);
            return List.of();
        }
    }

    /** Returns the {@code node} steps that are in the queue or have an executor. */
    private static Set<FlowNode> requests() {
        Stream<FlowNode> queued = Arrays.stream(Queue.getInstance().getItems())
                .map(item -> item.task instanceof PlaceholderTask task ? Holders.node(task) : null);
        Stream<FlowNode> running = Arrays.stream(Jenkins.get().getComputers())
                .map(Computer::getAllExecutors)
                .flatMap(Collection::stream)
                .map(Holders::block);
        return Stream.concat(queued, running).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    private static void askAgain(FlowNode node) {
        LendingWatcher.withStep(node, step -> {
            if (isSettled() && !requests().contains(node)) {
                stop(step, node);
            }
        });
    }

    private static void stop(@NonNull StepExecution step, FlowNode node) {
        try {
            Loan none = new Loan(GuestId.of(step.getContext().get(Run.class), node), null);
            step.getContext()
                    .get(TaskListener.class)
                    .getLogger()
                    .println("[multiArchBuild] " + Messages.LostRequests_again());
            step.stop(new FlowInterruptedException(Result.ABORTED, false, none));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot ask again for " + node);
        }
    }
}
