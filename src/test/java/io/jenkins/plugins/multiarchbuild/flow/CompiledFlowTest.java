package io.jenkins.plugins.multiarchbuild.flow;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import java.util.Arrays;
import org.jenkinsci.plugins.workflow.cps.CpsFlowExecution;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

class CompiledFlowTest {

    private static final String JOB = "waits";

    private static final String LABEL = "late";

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @Test
    void onlyABuildThatIsResumedCompilesTheFlow() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, JOB);
            job.setDefinition(RigJenkins.job(jenkins, """
                    multiArchBuild(platforms: 'amd64', baseTags: 'registry.example.com/app:1', builder: 'nobody',
                                   context: 'https://example.com/app.git', agents: ['*': 'late'])
                    """).getDefinition());
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("Still waiting to schedule task", run);
            assertFalse(hasCompiled(run));
        });
        sessions.then(jenkins -> {
            WorkflowRun run =
                    jenkins.jenkins.getItemByFullName(JOB, WorkflowJob.class).getBuildByNumber(1);
            CpsFlowExecution execution =
                    (CpsFlowExecution) run.getExecutionPromise().get();
            execution.getCurrentExecutions(true).get();
            assertTrue(hasCompiled(run));
            finish(jenkins, run);
        });
    }

    private static boolean hasCompiled(WorkflowRun run) {
        CpsFlowExecution execution = (CpsFlowExecution) run.getExecution();
        return Arrays.stream(execution.getTrustedShell().getClassLoader().getLoadedClasses())
                .anyMatch(type -> type.getSimpleName().equals("MultiArchBuildFlow"));
    }

    /** There is no such builder, which only a task on the agent can know. */
    private static void finish(JenkinsRule jenkins, WorkflowRun run) throws Exception {
        jenkins.waitOnline(jenkins.createSlave(LABEL, LABEL, null));
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("ERROR: On agent 'late': ", run);
    }
}
