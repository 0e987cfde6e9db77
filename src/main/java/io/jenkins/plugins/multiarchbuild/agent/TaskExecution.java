package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.console.ConsoleLogFilter;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.multiarchbuild.credentials.SecretMask;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.actions.LabelAction;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.springframework.security.core.Authentication;

/**
 * Runs a task in a thread of its own when its turn comes, and runs it again if the controller is restarted in the
 * middle of it.
 */
abstract class TaskExecution extends StepExecution {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(TaskExecution.class.getName());

    /** The maximum number of characters of an error: an agent could send any number. */
    private static final int LONGEST_MESSAGE = 16 * 1024;

    /** In seconds. */
    private static final long LONGEST_SAVE = 60;

    /** How long a thread that was stopped may take to end, in seconds. */
    private static final long LONGEST_END = 10;

    private final String label;
    private transient volatile Future<?> thread;
    private transient volatile boolean stopped;

    /** Whether the thread has begun to work; it then ends the turn itself. */
    private transient volatile boolean working;

    /** Opens when the thread has nothing more to do. */
    private transient volatile CountDownLatch ended;

    /**
     * The controller that runs this. A lookup could return another one that has taken its place while it shuts down.
     */
    private transient volatile Jenkins controller;

    /** @param label the name of the work in the views of a Pipeline */
    TaskExecution(@NonNull StepContext context, @NonNull String label) {
        super(context);
        this.label = label;
    }

    @NonNull
    abstract Task task();

    /** Does the work, in a thread of its own. */
    abstract Serializable work() throws IOException, InterruptedException;

    @Override
    public final boolean start() throws IOException, InterruptedException {
        FlowNode node = getContext().get(FlowNode.class);
        if (node != null) {
            node.addAction(new LabelAction(label));
        }
        begin();
        return false;
    }

    @Override
    public final void onResume() {
        if (isFinished()) {
            getContext().onFailure(new TaskDsl.LostStepException());
        } else {
            begin();
        }
    }

    /**
     * Whether Pipeline's records call this step finished although its program has not gone on: it saves both one after
     * the other, and the controller can be killed in between. Such a step gets no log and no launcher any more.
     */
    private boolean isFinished() {
        try {
            FlowNode node = getContext().get(FlowNode.class);
            return node != null && !node.isActive();
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.FINE, "cannot tell whether the step is finished", e);
            return false;
        }
    }

    @Override
    public final void stop(@NonNull Throwable cause) throws Exception {
        stopped = true;
        if (thread != null) {
            thread.cancel(true);
        }
        if (working) {
            Computer.threadPoolForRemoting.execute(() -> endWith(cause));
        } else {
            Computer.threadPoolForRemoting.execute(this::giveBack);
            super.stop(cause);
        }
    }

    /** Waits until the thread has said what it has done: once the build has ended, its log may be closed. */
    private void endWith(Throwable cause) {
        try {
            if (!ended.await(LONGEST_END, TimeUnit.SECONDS)) {
                LOGGER.log(Level.FINE, "the thread has not ended; the agent may not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            getContext().onFailure(cause);
        }
    }

    /** Whether the build was aborted. */
    final boolean isStopped() {
        return stopped;
    }

    final boolean isShuttingDown() {
        return controller.isTerminating();
    }

    private Serializable readably() throws IOException, InterruptedException {
        try {
            if (task().removes()) {
                awaitSave();
            }
            return work();
        } catch (BuilderGoneException e) {
            throw new BuilderGoneException(readable(Language.text(e)));
        } catch (InvalidRequestException | AbortException e) {
            throw new AbortException(readable(Language.text(e)));
        }
    }

    /** Waits until Pipeline has saved the program that started this task: its thread answers questions only after that. */
    private void awaitSave() throws IOException, InterruptedException {
        try {
            getContext().get(FlowExecution.class).getCurrentExecutions(true).get(LONGEST_SAVE, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(Level.FINE, "the program may not be saved", e);
        }
    }

    /** Makes an error readable: it may quote an agent, and Jenkins prints it where no log filter applies any more. */
    private String readable(String message) throws IOException, InterruptedException {
        String masked = SecretMask.apply(
                getContext().get(ConsoleLogFilter.class), getContext().get(Run.class), message);
        return masked.length() <= LONGEST_MESSAGE ? masked : masked.substring(0, LONGEST_MESSAGE) + "...";
    }

    private void begin() {
        controller = Jenkins.get();
        ended = new CountDownLatch(1);
        Authentication user = Jenkins.getAuthentication2();
        Turn turn = task().turn();
        Runnable work = () -> {
            thread = Computer.threadPoolForRemoting.submit(() -> {
                try {
                    run(user);
                } finally {
                    ended.countDown();
                }
            });
            if (stopped) {
                thread.cancel(true);
            }
        };
        if (turn == null) {
            work.run();
        } else {
            // it reads and writes files, which Pipeline's program thread must not wait for
            Computer.threadPoolForRemoting.execute(() -> await(turn, work));
        }
    }

    private void await(Turn turn, Runnable work) {
        try {
            turn.await(getContext(), work);
        } catch (IOException | InterruptedException | RuntimeException e) {
            getContext().onFailure(e);
        }
        if (stopped && !working) {
            giveBack();
        }
    }

    private void run(Authentication user) {
        working = true;
        if (stopped) {
            // while its turn came
            giveBack();
            return;
        }
        try (ACLContext context = ACL.as2(user)) {
            Serializable result = readably();
            giveBack();
            getContext().onSuccess(result);
        } catch (Throwable e) {
            if (isShuttingDown()) {
                LOGGER.log(Level.FINE, "to be done again after the restart", e);
                return;
            }
            giveBack();
            if (stopped) {
                LOGGER.log(Level.FINE, "stopped", e);
            } else {
                getContext().onFailure(e);
            }
        }
    }

    private void giveBack() {
        Turn turn = task().turn();
        if (turn != null) {
            turn.giveBack(getContext());
        }
    }
}
