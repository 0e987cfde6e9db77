package io.jenkins.plugins.multiarchbuild.lending;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.TopLevelItem;
import hudson.remoting.Channel;
import hudson.slaves.WorkspaceList;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.support.actions.WorkspaceActionImpl;
import org.jenkinsci.plugins.workflow.support.steps.FilePathDynamicContext;

/** Runs its body in a workspace and with the environment of an agent, like {@code node}. */
final class GuestExecution extends StepExecution {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(GuestExecution.class.getName());

    /** The variable with which {@code node} marks its processes, so that those left over can be ended. */
    private static final String COOKIE = "JENKINS_NODE_COOKIE";

    private final Loan loan;
    private final String cookie = UUID.randomUUID().toString();

    /** Path of the workspace, null until the body starts. */
    private volatile String workspace;

    private transient volatile WorkspaceList.Lease lease;

    GuestExecution(@NonNull StepContext context, @NonNull Loan loan) {
        super(context);
        this.loan = loan;
    }

    @Override
    public boolean start() throws IOException, InterruptedException {
        if (ExecutorLending.get().claim(loan, getContext().get(FlowNode.class))) {
            begin();
        } else {
            askAgain();
        }
        return false;
    }

    @Override
    public void onResume() {
        if (workspace == null) {
            // the body has not begun, and the loan may be gone
            leave();
            askAgain();
            return;
        }
        try {
            lease = ExecutorLending.get()
                    .workspace(getContext().get(Run.class), getContext().get(FlowNode.class));
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.WARNING, e, () -> "no lease of " + workspace);
        }
    }

    private void askAgain() {
        getContext().onFailure(new FlowInterruptedException(Result.ABORTED, false, loan.withdrawn()));
    }

    /** Asks the agent for its environment, so Pipeline's program thread must not call this. */
    private void begin() {
        Computer.threadPoolForRemoting.execute(() -> {
            try {
                startBody();
            } catch (IOException | InterruptedException | RuntimeException e) {
                leave();
                getContext().onFailure(e);
            }
        });
    }

    private void startBody() throws IOException, InterruptedException {
        StepContext context = getContext();
        Computer computer = computer();
        Node node = computer.getNode();
        if (!(context.get(Run.class).getParent() instanceof TopLevelItem job)) {
            throw new AbortException(Messages.GuestExecution_noWorkspace());
        }
        FilePath base = node == null ? null : node.getWorkspaceFor(job);
        if (base == null) {
            throw new ClosedChannelException();
        }
        TaskListener listener = context.get(TaskListener.class);
        lease = computer.getWorkspaceList().allocate(base);
        FlowNode block = context.get(FlowNode.class);
        block.addAction(new WorkspaceActionImpl(lease.path, block));
        listener.getLogger()
                .println("[multiArchBuild] "
                        + Messages.GuestExecution_running(computer.getDisplayName(), lease.path.getRemote()));
        workspace = lease.path.getRemote();
        context.newBodyInvoker()
                .withContexts(
                        environment(computer, node, listener),
                        new GuestAgent(computer.getName()),
                        FilePathDynamicContext.createContextualObject(lease.path, block))
                .withCallback(new Callback(this))
                .start();
        context.saveState();
    }

    private EnvVars environment(Computer computer, Node node, TaskListener listener)
            throws IOException, InterruptedException {
        EnvVars environment = new EnvVars(computer.getEnvironment());
        environment.overrideExpandingAll(computer.buildEnvironment(listener));
        environment.put(COOKIE, cookie);
        environment.put(
                "NODE_NAME",
                computer instanceof Jenkins.MasterComputer ? node.getSelfLabel().getName() : computer.getName());
        environment.put(
                "NODE_LABELS",
                node.getAssignedLabels().stream().map(Object::toString).collect(Collectors.joining(" ")));
        environment.put("WORKSPACE", lease.path.getRemote());
        FilePath temporary = WorkspaceList.tempDir(lease.path);
        if (temporary != null) {
            environment.put("WORKSPACE_TMP", temporary.getRemote());
        }
        return environment;
    }

    private Computer computer() throws IOException {
        Computer computer = Jenkins.get().getComputer(String.valueOf(loan.agent()));
        if (computer == null) {
            throw new ClosedChannelException();
        }
        return computer;
    }

    /** Releases the workspace and the executor, and ends left-over processes. */
    private void leave() {
        if (lease != null) {
            lease.release();
            lease = null;
        }
        try {
            ExecutorLending.get().left(getContext().get(Run.class), getContext().get(FlowNode.class));
            Computer computer = computer();
            Node node = computer.getNode();
            if (workspace != null && node != null && computer.isOnline()) {
                Launcher launcher = node.createLauncher(TaskListener.NULL);
                Computer.threadPoolForRemoting.execute(() -> endProcesses(launcher));
            }
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.FINE, e, () -> "the agent has gone: " + loan.agent());
        }
    }

    private void endProcesses(Launcher launcher) {
        try {
            launcher.kill(Map.of(COOKIE, cookie));
        } catch (IOException | InterruptedException e) {
            Level level = Channel.isClosedChannelException(e) ? Level.FINE : Level.WARNING;
            LOGGER.log(level, e, () -> "cannot end processes on " + loan.agent());
        }
    }

    private static final class Callback extends BodyExecutionCallback.TailCall {

        private static final long serialVersionUID = 1L;

        private final GuestExecution guest;

        Callback(GuestExecution guest) {
            this.guest = guest;
        }

        @Override
        protected void finished(StepContext context) {
            guest.leave();
        }
    }
}
