package io.jenkins.plugins.multiarchbuild.credentials;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import hudson.model.ItemGroup;
import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.TestExtension;
import org.springframework.security.core.Authentication;

/** A credentials store that takes its time does not hold up Pipeline's program thread. */
class SlowCredentialsTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static volatile CountDownLatch asked;
    private static volatile CountDownLatch answers;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multiArchBuild(platforms: 'amd64', baseTags: 'r.example/app:1', credentialsId: 'slow')",
                "multiArchPublish(images: 'r.example/app:1', baseTags: 'r.example/app:2', credentialsId: 'slow')"
            })
    void otherBranchesGoOn(String call) throws Exception {
        asked = new CountDownLatch(1);
        answers = new CountDownLatch(1);
        WorkflowJob job = RigJenkins.job(jenkins, """
                parallel slow: { node { %s } }, other: {

                    for (int i = 0; i < 5; i++) { sleep time: 200, unit: 'MILLISECONDS'; echo "step ${i}" }
                    echo 'other branch is done'
                }
                """.formatted(call));
        try {
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            assertTrue(asked.await(60, TimeUnit.SECONDS), "the store is asked");
            jenkins.waitForMessage("other branch is done", run);
            assertTrue(run.isBuilding(), "the store has not answered");
            answers.countDown();
            jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
            jenkins.assertLogContains("No credentials 'slow' for the registry r.example.", run);
        } finally {
            answers.countDown();
        }
    }

    @TestExtension
    public static final class SlowProvider extends CredentialsProvider {

        @Override
        public <C extends Credentials> List<C> getCredentialsInItemGroup(
                Class<C> type, ItemGroup group, Authentication user, List<DomainRequirement> requirements) {
            CountDownLatch latch = answers;
            if (latch != null) {
                asked.countDown();
                try {
                    latch.await(2, TimeUnit.MINUTES);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return List.of();
        }
    }
}
