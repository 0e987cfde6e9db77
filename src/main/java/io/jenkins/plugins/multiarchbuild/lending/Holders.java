package io.jenkins.plugins.multiarchbuild.lending;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Queue;
import java.io.IOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.actions.ThreadNameAction;
import org.jenkinsci.plugins.workflow.cps.nodes.StepStartNode;
import org.jenkinsci.plugins.workflow.graph.BlockEndNode;
import org.jenkinsci.plugins.workflow.graph.BlockStartNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution.PlaceholderTask;

/**
 * Finds executors whose builds only wait. Everything is read from the executors and from the current heads of the
 * Pipelines, which a restart of the controller does not change.
 */
final class Holders {

    /** The function name of the step whose builds lend their executors: at its end it waits until they are returned. */
    private static final String LENDER = "multiArchBuild";

    static final String NODE = "node";

    private static final Logger LOGGER = Logger.getLogger(Holders.class.getName());

    private Holders() {}

    /** Returns how many executors of an agent are held by builds that only wait for groups on other agents. */
    static int waiting(@NonNull Computer computer) {
        int waiting = 0;
        for (Executor executor : computer.getExecutors()) {
            FlowNode block = block(executor);
            if (block != null && onlyWaits(block)) {
                waiting++;
            }
        }
        return waiting;
    }

    /** Whether a {@code node} block has an executor of an agent. */
    static boolean has(@NonNull Computer computer, @NonNull FlowNode node) {
        return computer.getExecutors().stream().anyMatch(executor -> node.equals(block(executor)));
    }

    /** Whether a task in the queue is a group of this plugin that has not had an agent yet. */
    static boolean isGroup(@NonNull Queue.Item item) {
        if (!(item.task instanceof PlaceholderTask task) || task.isContinued()) {
            return false;
        }
        FlowNode node = node(task);
        return node != null && isGroup(node);
    }

    /** Whether a {@code node} step is that of a group of this plugin. */
    static boolean isGroup(@NonNull FlowNode node) {
        for (BlockStartNode enclosing : node.iterateEnclosingBlocks()) {
            if (isLender(enclosing)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the {@code node} step of a task, or null if its build is gone. */
    @CheckForNull
    static FlowNode node(@NonNull PlaceholderTask task) {
        try {
            return task.getNode();
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.FINE, e, () -> "no flow node for " + task);
            return null;
        }
    }

    /** Returns the {@code node} step whose task an executor runs, or null. */
    @CheckForNull
    static FlowNode block(@NonNull Executor executor) {
        Queue.Executable executable = executor.getCurrentExecutable();
        return executable != null && executable.getParent() instanceof PlaceholderTask task ? node(task) : null;
    }

    /** Whether nothing in a {@code node} block works on its agent, and calls of this plugin wait in it. */
    private static boolean onlyWaits(FlowNode node) {
        List<FlowNode> heads = node.getExecution().getCurrentHeads();
        boolean waits = false;
        for (FlowNode head : heads) {
            Place place = place(head, node);
            if (place == Place.AT_WORK) {
                return false;
            }
            waits |= place == Place.WAITING;
        }
        return waits;
    }

    /** The position of a head of a Pipeline relative to a {@code node} block. */
    private enum Place {
        /** It is outside of the block, or is the end of a branch that waits for others. */
        ELSEWHERE,
        /** It is in the block, but waits for or works on another agent. */
        WAITING,
        AT_WORK
    }

    private static Place place(FlowNode head, FlowNode node) {
        boolean elsewhere = is(head, NODE) && !head.equals(node);
        boolean lent = false;
        for (BlockStartNode block : head.iterateEnclosingBlocks()) {
            if (block.equals(node)) {
                if (isEndOfBranch(head)) {
                    return Place.ELSEWHERE;
                }
                return elsewhere && lent ? Place.WAITING : Place.AT_WORK;
            }
            elsewhere |= is(block, NODE) || is(block, GuestStep.FUNCTION);
            // only a call between the two node blocks returns the executor
            lent |= elsewhere && isLender(block);
        }
        return head.equals(node) ? Place.AT_WORK : Place.ELSEWHERE;
    }

    private static boolean isEndOfBranch(FlowNode head) {
        return head instanceof BlockEndNode<?> end && end.getStartNode().getAction(ThreadNameAction.class) != null;
    }

    /**
     * Whether a block is the flow of this plugin. Its step has no block of its own in the script, so it is just a
     * parent.
     */
    private static boolean isLender(BlockStartNode block) {
        return block instanceof StepStartNode start
                && start.isBody()
                && start.getParents().stream()
                        .anyMatch(step -> step.getDisplayFunctionName().equals(LENDER));
    }

    static boolean is(@NonNull FlowNode node, @NonNull String function) {
        return node instanceof BlockStartNode && node.getDisplayFunctionName().equals(function);
    }
}
