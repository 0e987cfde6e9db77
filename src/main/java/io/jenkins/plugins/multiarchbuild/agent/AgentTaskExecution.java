package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.remoting.RequestAbortedException;
import hudson.remoting.VirtualChannel;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.InvalidPathException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Runs a task on the current agent, and runs it again if the agent is disconnected in the middle of it. */
public final class AgentTaskExecution extends TaskExecution {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(AgentTaskExecution.class.getName());

    /** As long as Pipeline itself waits for a lost agent. */
    private static final long LONGEST_WAIT_FOR_AGENT = TimeUnit.MINUTES.toNanos(5);

    private static final int MOST_DISCONNECTIONS = 3;

    private final AgentTask<?> task;

    /** @param task the task to run */
    public AgentTaskExecution(@NonNull StepContext context, @NonNull AgentTask<?> task) {
        super(context, task.label());
        this.task = task;
    }

    @Override
    Task task() {
        return task;
    }

    @Override
    Serializable work() throws IOException, InterruptedException {
        for (int disconnections = 0; ; disconnections++) {
            String name = awaitAgent();
            VirtualChannel connection = null;
            try {
                connection = getContext().get(FilePath.class).getChannel();
                return task.run(Agent.of(getContext()));
            } catch (DockerException e) {
                Sentence reason = RegistryLogins.explain(e, task.credentialsIds());
                String text = OneLine.of(Language.text(Sentence.of("AgentTaskExecution.onAgent", name, reason)));
                throw e.isBuilderGone() ? new BuilderGoneException(text) : new AbortException(text);
            } catch (IOException | InvalidPathException | RequestAbortedException e) {
                checkLocale(name, e);
                boolean gone = Channel.isClosedChannelException(e) || !isConnectedBy(connection);
                if (isShuttingDown() || !gone || disconnections == MOST_DISCONNECTIONS) {
                    throw e;
                }
                Agent.log(getContext().get(TaskListener.class), Sentence.of("AgentTaskExecution.disconnected", name));
            }
        }
    }

    /** Unwraps exceptions: {@code FilePath} wraps what is thrown on an agent. */
    private static void checkLocale(String agent, Exception failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof InvalidPathException path) {
                throw new InvalidRequestException(Sentence.of("AgentTaskExecution.locale", agent, path.getInput()));
            }
        }
    }

    /**
     * Waits for an agent that is not connected right now, for example because the controller was restarted.
     *
     * @return its display name
     * @throws IOException if it does not come back in time or has been removed, with an exception that Pipeline's
     *     retry conditions recognise, or if the controller shuts down
     */
    private String awaitAgent() throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST_WAIT_FOR_AGENT;
        while (true) {
            try {
                Computer computer = connectedComputer();
                if (computer != null) {
                    return computer.getDisplayName();
                }
            } catch (IOException e) {
                if (isStopped() || isShuttingDown() || System.nanoTime() > end) {
                    throw e;
                }
                LOGGER.log(Level.FINE, "still waiting for the agent", e);
            }
            if (isShuttingDown()) {
                throw new IOException("The controller shuts down");
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }

    /** Whether the connection is still there: an agent can come back on another one before an error is looked at. */
    private boolean isConnectedBy(@CheckForNull VirtualChannel connection) throws InterruptedException {
        try {
            return connectedComputer() != null
                    && getContext().get(FilePath.class).getChannel() == connection;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Returns the current agent, or null while its connection closes, when it is still listed for a moment, or while it
     * is set up, when it has no launcher yet.
     */
    @CheckForNull
    private Computer connectedComputer() throws IOException, InterruptedException {
        FilePath directory = getContext().get(FilePath.class);
        Computer computer = directory.toComputer();
        boolean closing = directory.getChannel() instanceof Channel channel && channel.isClosingOrClosed();
        boolean settingUp = computer instanceof SlaveComputer agent && agent.isUnix() == null;
        return closing || settingUp ? null : computer;
    }
}
