package io.jenkins.plugins.multiarchbuild.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.TagReport;
import io.jenkins.plugins.multiarchbuild.rig.FaultyRegistry;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A registry that stops taking tags after the first of them. */
@NeedsRig
@WithJenkins
class BrokenPublicationTest {

    private final String repository = RigJenkins.newRepository();

    @Test
    void reportKeepsWhatEachTagPointedAtBefore(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = RigJenkins.onlyAgent(jenkins);
        try (FaultyRegistry registry = new FaultyRegistry()) {
            WorkflowJob job = RigJenkins.job(jenkins, """
                    node {
                        multiArchBuild(platforms: 'amd64,arm64', builder: '%s', credentialsId: 'registry-push',
                                       buildArgs: [RUN: env.BUILD_NUMBER], labels: [run: env.BUILD_NUMBER],
                                       baseTags: ['%3$s/%2$s:1.0', '%3$s/%2$s:2.0'])
                    }
                    """.formatted(Rig.REMOTE_BUILDER, repository, registry.host()));
            RigJenkins.writeApp(job, agent);
            jenkins.buildAndAssertSuccess(job);
            String before = Rig.digest(repository, "1.0").orElseThrow();
            registry.fail(
                    Integer.MAX_VALUE,
                    "PUT .*/manifests/2\\.0$",
                    FaultyRegistry.status(
                            400, "{\"errors\":[{\"code\":\"TAG_INVALID\",\"message\":\"no more tags\"}]}"));

            WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

            String moved = Rig.digest(repository, "1.0").orElseThrow();
            assertFalse(moved.equals(before), "the first tag has moved");
            assertEquals(before, Rig.digest(repository, "2.0").orElseThrow());
            jenkins.assertLogContains("2.0 has not moved (still: " + before + ")", run);
            ImageReport image = run.getAction(MultiArchReport.class).getImages().get(0);
            assertNull(image.getDigest());
            assertTrue(image.isFailed());
            assertEquals(
                    List.of("PUBLISHED " + before + " " + moved, "NOT_MOVED " + before + " " + before),
                    image.getTags().stream().map(BrokenPublicationTest::summary).toList());
            assertEquals(2, image.getPlatforms().size(), "what was built is shown too");
        }
    }

    private static String summary(TagReport tag) {
        return tag.getOutcome() + " " + tag.getBefore() + " " + tag.getNow();
    }
}
