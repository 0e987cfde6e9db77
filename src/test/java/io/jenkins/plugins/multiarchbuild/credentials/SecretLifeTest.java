package io.jenkins.plugins.multiarchbuild.credentials;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.harness.SecretBuild;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where secrets are while a build with a registry behind token authentication runs, and that none is left. */
@NeedsRig
class SecretLifeTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    @Test
    void goneAfterSuccess() throws Exception {
        try (SecretBuild build = new SecretBuild()) {
            WorkflowJob job = build.createJob(jenkins, jenkins.createOnlineSlave(), "stage('x')");
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            build.gate.awaitBuild();
            build.assertOnlyInPrivateFiles(jenkins);

            build.gate.open();

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertTrue(build.registry.digest("team/app", "1").isPresent(), "pushed with a token");
            assertTrue(
                    build.registry.grants().stream()
                            .anyMatch(grant -> grant.startsWith("repository:team/app:pull,push")),
                    build.registry.grants().toString());
            build.assertUsed(run);
            build.assertNowhere(jenkins, run);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stage('x')", "timeout(time: 15, unit: 'SECONDS')"})
    void goneAfterAbortAndTimeout(String around) throws Exception {
        try (SecretBuild build = new SecretBuild()) {
            WorkflowJob job = build.createJob(jenkins, jenkins.createOnlineSlave(), around);
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            build.gate.awaitBuild();
            assertTrue(build.isLeftBehind());

            if (around.startsWith("stage")) {
                run.getExecutor().interrupt();
            }

            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
            build.assertNowhere(jenkins, run);
            assertFalse(build.registry.digest("team/app", "1").isPresent());
        }
    }
}
