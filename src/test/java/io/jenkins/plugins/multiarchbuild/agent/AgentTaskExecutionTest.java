package io.jenkins.plugins.multiarchbuild.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.FilePath;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.harness.Conditions;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
            return new AgentTaskExecution(context, kind.equals("error") ? new ErrorTask() : new SlowTask());
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
