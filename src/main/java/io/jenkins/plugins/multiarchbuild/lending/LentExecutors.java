package io.jenkins.plugins.multiarchbuild.lending;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution.PlaceholderTask;

/**
 * Keeps an executor from other tasks until a guest has left, if the build that lent it ended early, and until a build
 * has it back that had it before a restart of the controller.
 */
@Extension
public final class LentExecutors extends QueueTaskDispatcher {

    @Override
    public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
        Computer computer = node.toComputer();
        // guests can only go on when the builds that had executors before a restart have them again
        boolean continues = item.task instanceof PlaceholderTask task && task.isContinued();
        if (computer == null || continues) {
            return null;
        }
        ExecutorLending lending = ExecutorLending.get();
        int guests = lending.guests(computer);
        int reserved = lending.reserved(computer);
        if (guests == 0 && reserved == 0) {
            return null;
        }
        int executors = computer.getNumExecutors();
        int busy = computer.countBusy();
        int atWork = busy - Holders.waiting(computer) + guests;
        if (atWork < executors && busy + reserved < executors) {
            return null;
        }
        return CauseOfBlockage.fromMessage(Messages._LentExecutors_owed(computer.getDisplayName()));
    }
}
