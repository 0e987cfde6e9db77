package io.jenkins.plugins.multiarchbuild.agent;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

/** The step that belongs to the flow does not exist for a Jenkinsfile. */
class TaskStepTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String HARM = "multiArchBuild.harm";

    private static final String TASK = "io.jenkins.plugins.multiarchbuild.agent.AgentTask";

    private static final List<String> CALLS = List.of(
            "multiArchBuildTask()",
            "task('x')",
            "multiArchBuildTask(task: [a: 1])",
            "step([$class: 'io.jenkins.plugins.multiarchbuild.agent.TaskStep', task: [a: 1]])",
            "'io.jenkins.plugins.multiarchbuild.agent.TaskStep'([a: 1])",
            "steps.task([$class: 'io.jenkins.plugins.multiarchbuild.task.CleanUpTask'])");

    /** Code of a script that is run outside of its sandbox could do anything. */
    private static final List<String> HARMFUL = List.of("""
                    @NonCPS
                    def task() { return { agent -> System.setProperty('%1$s', 'closure'); 'done' } as %2$s }
                    node { CALL(task()) }
                    """, """
                    @NonCPS
                    def task() { return [run: { agent -> System.setProperty('%1$s', 'map'); 'done' }] as %2$s }
                    node { CALL(task()) }
                    """, """
                    class Harm implements %2$s {
                        @NonCPS
                        String label() { 'harm' }
                        @NonCPS
                        Serializable run(io.jenkins.plugins.multiarchbuild.agent.Agent agent) {
                            System.setProperty('%1$s', 'class')
                            'done'
                        }
                    }
                    node { CALL(new Harm()) }
                    """, """
                    node { CALL(new io.jenkins.plugins.multiarchbuild.task.CleanUpTask(null)) }
                    """);

    @Test
    void noScriptCanCallIt() throws Exception {
        assertAll(CALLS.stream().map(call -> (Executable) () -> fail("node {\n" + call + "\n}")));
    }

    @Test
    void noCodeOfScriptLeavesItsSandbox() throws Exception {
        for (String call : List.of("multiArchBuildTask", "steps.task", "echo")) {
            assertAll(HARMFUL.stream().map(script -> (Executable) () -> {
                WorkflowRun run = fail(script.formatted(HARM, TASK).replace("CALL", call));
                assertNull(System.clearProperty(HARM), script);
                jenkins.assertLogNotContains("at Harm.run", run);
            }));
        }
    }

    @Test
    void noFormOffersIt() throws Exception {
        String page = jenkins.createWebClient().goTo("pipeline-syntax/html").asXml();
        assertFalse(page.contains("multiArchBuildTask"));
    }

    private static WorkflowRun fail(String script) throws Exception {
        return jenkins.buildAndAssertStatus(Result.FAILURE, RigJenkins.job(jenkins, script));
    }
}
