package io.jenkins.plugins.multiarchbuild.flow;

import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/**
 * A build that an earlier state of this plugin began goes on with the current one. What is recorded is a build that waits
 * for its agent. When the format of {@code program.dat} has to change although the plugin was released, builds that run
 * during an update of the plugin break: keep the recording then, and let the new classes read it.
 */
class RecordedBuildTest {

    private static final Path RECORDING =
            Path.of("src/test/resources", RecordedBuildTest.class.getName().replace('.', '/'));

    private static final String JOB = "recorded";

    private static final String LABEL = "late";

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @Test
    void recordedBuildGoesOn() throws Throwable {
        FileUtils.copyDirectory(RECORDING.toFile(), sessions.getHome());
        sessions.then(jenkins -> {
            WorkflowRun run =
                    jenkins.jenkins.getItemByFullName(JOB, WorkflowJob.class).getBuildByNumber(1);
            jenkins.waitOnline(jenkins.createSlave(LABEL, LABEL, null));
            jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
            // there is no such builder, which only a task on the agent can know
            jenkins.assertLogContains("ERROR: On agent 'late': ", run);
        });
    }

    /** Makes the recording anew: {@code mvn test -Dtest=RecordedBuildTest -Drecord}. */
    @Test
    @EnabledIfSystemProperty(named = "record", matches = ".*")
    void record() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, JOB);
            job.setDefinition(RigJenkins.job(jenkins, """
                    multiArchBuild(platforms: 'amd64,arm64', baseTags: 'registry.example.com/app:1', builder: 'nobody',
                                   context: 'https://example.com/app.git', agents: ['*': 'late'], buildArgs: [A: 'b'], archTags: true, annotations: 'auto',
                                   cacheFrom: 'registry.example.com/app:cache', labels: [c: 'd'], sbom: false)
                    """).getDefinition());
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("Still waiting to schedule task", run);
        });
        Path build = sessions.getHome().toPath().resolve("jobs/" + JOB);
        FileUtils.deleteDirectory(RECORDING.toFile());
        try (Stream<Path> files = Files.walk(build)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path target = RECORDING.resolve("jobs/" + JOB).resolve(build.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }
}
