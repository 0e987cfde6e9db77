package io.jenkins.plugins.multiarchbuild.lending;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Computer;
import hudson.model.PeriodicWork;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
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

    /** Those without a request when last looked: a request is nowhere for a moment when it gets its executor. */
    private Set<FlowNode> suspects = Set.of();

    @Override
    public long getRecurrencePeriod() {
        return TimeUnit.SECONDS.toMillis(10);
    }

    @Override
    protected void doRun() {
        try (ACLContext context = ACL.as2(ACL.SYSTEM2)) {
            Set<FlowNode> waiting = waiting();
            waiting.removeAll(requests());
            waiting.stream().filter(suspects::contains).forEach(LostRequests::askAgain);
            suspects = waiting;
        }
    }

    /** Returns the {@code node} steps of groups that have no agent yet. */
    private static Set<FlowNode> waiting() {
        Set<FlowNode> waiting = new HashSet<>();
        for (FlowExecution execution : FlowExecutionList.get()) {
            for (FlowNode head : execution.getCurrentHeads()) {
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
            if (!requests().contains(node)) {
                stop(step, node);
            }
        });
    }

    private static void stop(@NonNull StepExecution step, FlowNode node) {
        try {
            Loan none = new Loan(GuestId.of(step.getContext().get(Run.class), node), null);
            LOGGER.info(() -> "the request for an agent is lost, asking again: " + node);
            step.stop(new FlowInterruptedException(Result.ABORTED, false, none));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot ask again for " + node);
        }
    }
}
