package io.jenkins.plugins.multiarchbuild.pipeline;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A Jenkinsfile can do nothing with the step that belongs to the flow. */
@WithJenkins
class AgentTaskStepTest {

    private static final String HARM = "multiArchBuild.harm";

    private static final String TASK = "io.jenkins.plugins.multiarchbuild.pipeline.AgentTask";

    private static final List<String> HARMLESS = List.of(
            "multiArchBuildTask()",
            "multiArchBuildTask('x')",
            "multiArchBuildTask(null)",
            "multiArchBuildTask(task: [a: 1])",
            "multiArchBuildTask([1])",
            "multiArchBuildTask { echo 'body' }",
            "multiArchBuildTask(task: [$class: 'io.jenkins.plugins.multiarchbuild.pipeline.CleanUpTask'])",
            "multiArchBuildTask([$class: 'hudson.plugins.git.UserRemoteConfig'])");

    /** Code of a script that is run outside of its sandbox could do anything. */
    private static final List<String> HARMFUL = List.of("""
                    @NonCPS
                    def task() { return { agent -> System.setProperty('%1$s', 'closure'); 'done' } as %2$s }
                    node { multiArchBuildTask(task()) }
                    """, """
                    @NonCPS
                    def task() { return [run: { agent -> System.setProperty('%1$s', 'map'); 'done' }] as %2$s }
                    node { multiArchBuildTask(task()) }
                    """, """
                    class Harm implements %2$s {
                        @NonCPS
                        String label() { 'harm' }
                        @NonCPS
                        Serializable run(io.jenkins.plugins.multiarchbuild.pipeline.Agent agent) {
                            System.setProperty('%1$s', 'class')
                            'done'
                        }
                    }
                    node { multiArchBuildTask(new Harm()) }
                    """, """
                    node { multiArchBuildTask(new io.jenkins.plugins.multiarchbuild.pipeline.CleanUpTask(null)) }
                    """);

    @Test
    void everyCallIsOneClearLine(JenkinsRule jenkins) throws Exception {
        assertAll(HARMLESS.stream().map(call -> (Executable) () -> {
            WorkflowRun run = fail(jenkins, "node {\n" + call + "\n}");
            String log = JenkinsRule.getLog(run);
            assertTrue(
                    log.lines()
                            .anyMatch(
                                    line -> line.equals(
                                            "ERROR: multiArchBuildTask is a part of multiArchBuild and cannot be called from a Pipeline.")),
                    () -> call + " said:\n" + log);
            assertFalse(log.contains("\tat "), () -> call + " said:\n" + log);
        }));
    }

    @Test
    void noCodeOfScriptLeavesItsSandbox(JenkinsRule jenkins) throws Exception {
        assertAll(HARMFUL.stream().map(script -> (Executable) () -> {
            WorkflowRun run = fail(jenkins, script.formatted(HARM, TASK));
            assertNull(System.clearProperty(HARM), script);
            jenkins.assertLogNotContains("at Harm.run", run);
        }));
    }

    @Test
    void shownAmongAdvancedStepsOnly(JenkinsRule jenkins) throws Exception {
        String page = jenkins.createWebClient().goTo("pipeline-syntax/html").asXml();
        int advanced = page.indexOf("steps-box advanced");
        assertTrue(page.indexOf("multiArchBuildTask") > advanced, "below the others");
        assertTrue(Stream.of("A Jenkinsfile cannot call it", "A Jenkinsfile has nothing to give here")
                .allMatch(page::contains));
    }

    private static WorkflowRun fail(JenkinsRule jenkins, String script) throws Exception {
        return jenkins.buildAndAssertStatus(Result.FAILURE, RigJenkins.job(jenkins, script));
    }
}
