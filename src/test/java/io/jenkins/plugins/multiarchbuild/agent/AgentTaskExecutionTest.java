package io.jenkins.plugins.multiarchbuild.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.FilePath;
import hudson.model.Result;
import hudson.model.Run;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.harness.Conditions;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jenkins.MasterToSlaveFileCallable;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;
import org.kohsuke.stapler.DataBoundConstructor;

/** What becomes of a task whose agent, controller or own code fails. */
class AgentTaskExecutionTest {

    /** A race: {@code -Drounds=20} looks longer for it. */
    private static final int ROUNDS = Integer.getInteger("rounds", 5);

    @RegisterExtension
    private final FlagExtension<Long> patience = RigJenkins.patience();

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @Test
    void errorEndsTheStep() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowJob job = RigJenkins.job(jenkins, "node { taskOfTest('error') }");
            WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
            jenkins.assertLogContains("no such class", run);
        });
    }

    /** In this order the task fails before it can know that the controller shuts down. */
    @Test
    void connectionThatClosesBeforeTheShutdownCostsNothing() throws Throwable {
        for (int i = 0; i < ROUNDS; i++) {
            int round = i;
            String agent = "agent-" + round;
            SlowTask.STARTED.set(0);
            sessions.then(jenkins -> {
                agents.createAgent(jenkins, RigJenkins.agent(agent, agent));
                WorkflowJob job = RigJenkins.job(jenkins, "node('" + agent + "') { taskOfTest('slow') }");
                job.scheduleBuild2(0).waitForStart();
                Conditions.await(Duration.ofSeconds(30), () -> SlowTask.STARTED.get() > 0);
                jenkins.jenkins.getComputer(agent).getChannel().close();
            });
            sessions.then(jenkins -> {
                agents.start(jenkins, agent);
                WorkflowRun run = jenkins.jenkins.getAllItems(WorkflowJob.class).stream()
                        .map(job -> job.getBuildByNumber(1))
                        .filter(Run::isBuilding)
                        .findFirst()
                        .orElseThrow();
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                assertEquals(Result.SUCCESS, run.getResult(), "round " + round);
            });
        }
    }

    @Test
    void taskIsDoneAgainIfTheConnectionClosesWhileTheAgentAnswers() throws Throwable {
        sessions.then(jenkins -> {
            agents.createAgent(jenkins, RigJenkins.agent("busy", "busy"));
            WorkflowJob job = RigJenkins.job(jenkins, "node('busy') { taskOfTest('waiting') }");
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            Conditions.await(Duration.ofSeconds(60), () -> {
                FilePath workspace = jenkins.jenkins.getNode("busy").getWorkspaceFor(job);
                return workspace != null && workspace.child(WaitingTask.ASKED).exists();
            });
            jenkins.jenkins.getComputer("busy").getChannel().close();
            agents.start(jenkins, "busy");
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("Agent 'busy' was disconnected. The build goes on when it is back.", run);
        });
    }

    /** Waits on the agent, but only once. */
    private static final class WaitingTask implements AgentTask<String> {

        private static final long serialVersionUID = 1L;

        private static final String ASKED = "asked";

        @Override
        public String label() {
            return "waiting";
        }

        @Override
        public String run(Agent agent) throws IOException, InterruptedException {
            return agent.directory().act(new Wait());
        }

        private static final class Wait extends MasterToSlaveFileCallable<String> {

            private static final long serialVersionUID = 1L;

            @Override
            public String invoke(File directory, VirtualChannel channel) throws IOException, InterruptedException {
                directory.mkdirs();
                if (new File(directory, ASKED).createNewFile()) {
                    TimeUnit.MINUTES.sleep(5);
                }
                return "";
            }
        }
    }

    /** Asks the agent for a while. */
    private static final class SlowTask implements AgentTask<String> {

        private static final long serialVersionUID = 1L;

        private static final AtomicInteger STARTED = new AtomicInteger();

        @Override
        public String label() {
            return "slow";
        }

        @Override
        public String run(Agent agent) throws IOException, InterruptedException {
            FilePath directory = agent.directory();
            for (int i = 0; i < 20; i++) {
                directory.exists();
                STARTED.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(100);
            }
            return "";
        }
    }

    private static final class ErrorTask implements AgentTask<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String label() {
            return "error";
        }

        @Override
        public String run(Agent agent) {
            throw new NoClassDefFoundError("no such class");
        }
    }

    public static final class TaskOfTest extends Step {

        private final String kind;

        @DataBoundConstructor
        public TaskOfTest(String kind) {
            this.kind = kind;
        }

        @Override
        public StepExecution start(StepContext context) {
            AgentTask<String> task =
                    switch (kind) {
                        case "error" -> new ErrorTask();
                        case "waiting" -> new WaitingTask();
                        default -> new SlowTask();
                    };
            return new AgentTaskExecution(context, task);
        }

        @TestExtension
        public static final class DescriptorImpl extends StepDescriptor {

            @Override
            public String getFunctionName() {
                return "taskOfTest";
            }

            @Override
            public Set<? extends Class<?>> getRequiredContext() {
                return Set.of(Run.class, FilePath.class);
            }
        }
    }
}
