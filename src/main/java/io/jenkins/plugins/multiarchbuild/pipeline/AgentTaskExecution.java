package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.remoting.Channel;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.actions.LabelAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.springframework.security.core.Authentication;

/**
 * Does a task in a thread of its own, and does it again when the controller was restarted or the agent was disconnected in
 * the middle of it.
 */
final class AgentTaskExecution extends StepExecution {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(AgentTaskExecution.class.getName());

    /** As long as Pipeline itself waits for an agent that builds. */
    private static final long LONGEST_WAIT_FOR_AGENT = TimeUnit.MINUTES.toNanos(5);

    private static final int MOST_DISCONNECTIONS = 3;

    private final AgentTask<?> task;
    private transient volatile Future<?> thread;
    private transient volatile boolean stopped;

    AgentTaskExecution(@NonNull StepContext context, @NonNull AgentTask<?> task) {
        super(context);
        this.task = task;
    }

    @Override
    public boolean start() throws IOException, InterruptedException {
        FlowNode node = getContext().get(FlowNode.class);
        if (node != null) {
            node.addAction(new LabelAction(task.label()));
        }
        begin();
        return false;
    }

    @Override
    public void onResume() {
        begin();
    }

    @Override
    public void stop(@NonNull Throwable cause) throws Exception {
        stopped = true;
        if (thread != null) {
            thread.cancel(true);
        }
        super.stop(cause);
    }

    private void begin() {
        Authentication user = Jenkins.getAuthentication2();
        thread = Computer.threadPoolForRemoting.submit(() -> {
            try (ACLContext context = ACL.as2(user)) {
                getContext().onSuccess(runOnAgent());
            } catch (Exception e) {
                if (stopped) {
                    LOGGER.log(Level.FINE, "stopped", e);
                } else if (isShuttingDown()) {
                    LOGGER.log(Level.FINE, "to be done again after the restart", e);
                } else {
                    getContext().onFailure(e);
                }
            }
        });
    }

    private Serializable runOnAgent() throws IOException, InterruptedException {
        for (int disconnections = 0; ; disconnections++) {
            awaitAgent();
            Agent agent = Agent.of(getContext());
            try {
                return task.run(agent);
            } catch (InvalidRequestException e) {
                throw new AbortException(e.getMessage());
            } catch (BuildxException e) {
                throw new AbortException("On agent '" + agent.name() + "': "
                        + RegistryLogins.explain(e.getMessage(), task.credentialsIds()));
            } catch (IOException e) {
                if (isShuttingDown() || !Channel.isClosedChannelException(e) || disconnections == MOST_DISCONNECTIONS) {
                    throw e;
                }
                agent.log("Agent '" + agent.name() + "' was disconnected. Going on when it is back.");
            }
        }
    }

    /**
     * Waits for an agent that is not there right now, be it that the controller was restarted and the agent comes back later.
     *
     * @throws IOException if it does not come back in time or has been removed, as Pipeline's own retry conditions know it
     */
    private void awaitAgent() throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST_WAIT_FOR_AGENT;
        while (true) {
            try {
                FilePath directory = getContext().get(FilePath.class);
                if (directory == null || directory.toComputer() != null) {
                    return;
                }
            } catch (IOException e) {
                if (stopped || System.nanoTime() > end) {
                    throw e;
                }
                LOGGER.log(Level.FINE, "still waiting for the agent", e);
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private static boolean isShuttingDown() {
        Jenkins jenkins = Jenkins.getInstanceOrNull();
        return jenkins == null || jenkins.isTerminating();
    }
}
