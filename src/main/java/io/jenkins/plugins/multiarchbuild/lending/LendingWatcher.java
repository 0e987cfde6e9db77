package io.jenkins.plugins.multiarchbuild.lending;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.PeriodicWork;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.queue.QueueTaskDispatcher;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution.PlaceholderTask;

/** Finds groups in the queue for which a suitable executor is held by a build that only waits, and lends it to them. */
@Extension
public final class LendingWatcher extends PeriodicWork {

    private static final Logger LOGGER = Logger.getLogger(LendingWatcher.class.getName());

    /** An item that is new in the queue may get an executor at any moment. */
    private static final long SHORTEST_WAIT = TimeUnit.SECONDS.toMillis(2);

    /** After this time the build's log names the builds that hold the executors. */
    private static final long LONG_WAIT = TimeUnit.SECONDS.toMillis(30);

    private final Set<Long> explained = new HashSet<>();

    @Override
    public long getRecurrencePeriod() {
        return TimeUnit.SECONDS.toMillis(3);
    }

    @Override
    public long getInitialDelay() {
        return getRecurrencePeriod();
    }

    @Override
    protected void doRun() {
        try (ACLContext context = ACL.as2(ACL.SYSTEM2)) {
            List<Queue.BuildableItem> items = Queue.getInstance().getBuildableItems();
            explained.removeIf(id -> items.stream().noneMatch(item -> item.getId() == id));
            ExecutorLending.get().prune();
            for (Queue.BuildableItem item : items) {
                long waited = System.currentTimeMillis() - item.buildableStartMilliseconds;
                if (waited > SHORTEST_WAIT && Holders.isGroup(item)) {
                    Loan loan = lend(item);
                    if (loan != null) {
                        deliver(item, loan);
                    } else if (waited > LONG_WAIT && explained.add(item.getId())) {
                        explain(item);
                    }
                }
            }
        }
    }

    @CheckForNull
    private static Loan lend(Queue.BuildableItem item) {
        PlaceholderTask task = (PlaceholderTask) item.task;
        FlowNode node = Holders.node(task);
        if (node == null || !(task.getOwnerExecutable() instanceof Run<?, ?> run)) {
            return null;
        }
        GuestId id;
        try {
            id = GuestId.of(run, node);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "nothing is lent to " + run);
            return null;
        }
        for (Computer computer : Jenkins.get().getComputers()) {
            if (suits(item, computer)) {
                Loan loan = ExecutorLending.get().lend(computer, id);
                if (loan != null) {
                    return loan;
                }
            }
        }
        return null;
    }

    /** Whether an agent lacks nothing but an idle executor to run a task. */
    private static boolean suits(Queue.BuildableItem item, Computer computer) {
        Node node = computer.getNode();
        if (node == null || !computer.isOnline() || !computer.isAcceptingTasks() || computer.countIdle() > 0) {
            return false;
        }
        return node.canTake(item) == null
                && QueueTaskDispatcher.all().stream()
                        .allMatch(each -> each instanceof LentExecutors || each.canTake(node, item) == null);
    }

    /** Ends the wait unless the queue has found an executor in the meantime. */
    private static void deliver(Queue.BuildableItem item, Loan loan) {
        withStep(
                Holders.node((PlaceholderTask) item.task),
                step -> Queue.withLock(() -> {
                    if (!(Queue.getInstance().getItem(item.getId()) instanceof Queue.BuildableItem)) {
                        ExecutorLending.get().withdraw(loan);
                        return;
                    }
                    try {
                        step.stop(new FlowInterruptedException(Result.ABORTED, false, loan));
                    } catch (Exception e) {
                        LOGGER.log(Level.WARNING, e, () -> "cannot end the wait of " + item);
                    }
                }));
    }

    private static void explain(Queue.BuildableItem item) {
        Label label = item.getAssignedLabel();
        StringBuilder text = new StringBuilder("[multiArchBuild] ")
                .append(
                        label == null
                                ? Messages.LendingWatcher_noExecutor()
                                : Messages.LendingWatcher_noExecutorWith(label.getExpression()));
        boolean found = false;
        for (Computer computer : Jenkins.get().getComputers()) {
            Node node = computer.getNode();
            if (node != null && (label == null || label.matches(node))) {
                found = true;
                text.append("\n  ").append(Occupants.of(computer, item));
            }
        }
        if (!found) {
            text.append(' ').append(Messages.LendingWatcher_noAgent());
        }
        withStep(Holders.node((PlaceholderTask) item.task), step -> {
            try {
                step.getContext().get(TaskListener.class).getLogger().println(text);
            } catch (Exception e) {
                LOGGER.log(Level.FINE, e, () -> "the wait is over: " + item);
            }
        });
    }

    /**
     * Runs an action on the execution of a {@code node} step, in a thread that may block.
     *
     * @param node the step, or null if its build is gone
     */
    static void withStep(@CheckForNull FlowNode node, @NonNull Consumer<StepExecution> action) {
        if (node == null) {
            return;
        }
        Futures.addCallback(
                node.getExecution().getCurrentExecutions(true),
                new FutureCallback<>() {
                    @Override
                    public void onSuccess(List<StepExecution> steps) {
                        for (StepExecution step : steps) {
                            if (step instanceof ExecutorStepExecution && isOf(step, node)) {
                                action.accept(step);
                            }
                        }
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        LOGGER.log(Level.FINE, failure, () -> "no steps of " + node.getExecution());
                    }
                },
                Computer.threadPoolForRemoting);
    }

    private static boolean isOf(StepExecution step, FlowNode node) {
        try {
            return node.equals(step.getContext().get(FlowNode.class));
        } catch (Exception e) {
            LOGGER.log(Level.FINE, e, () -> "no flow node of " + step);
            return false;
        }
    }
}
