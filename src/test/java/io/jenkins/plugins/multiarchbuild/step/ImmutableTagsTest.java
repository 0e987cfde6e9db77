package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Node;
import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@NeedsRig
class ImmutableTagsTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static Node agent;

    private final String repository = RigJenkins.newRepository();
    private final String tag = RigJenkins.tag(repository, "1.0");

    @BeforeAll
    static void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
    }

    @Test
    void existingTagIsAnErrorBeforeTheBuild() throws Exception {
        WorkflowJob job = job("labels: [build: env.BUILD_NUMBER]");
        jenkins.buildAndAssertSuccess(job);
        String digest = Rig.digest(repository, "1.0").orElseThrow();
        WorkflowRun second = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogContains(
                "The tag " + tag + " exists already and is immutable: it points at " + digest, second);
        jenkins.assertLogNotContains("building with", second);
        assertEquals(digest, Rig.digest(repository, "1.0").orElseThrow());
    }

    @Test
    void reproducibleBuildComparesTheDigest() throws Exception {
        String reproducible = "provenance: false, buildArgs: [SOURCE_DATE_EPOCH: '1700000000'], labels: [a: '%s']";
        jenkins.buildAndAssertSuccess(job(reproducible.formatted("b")));
        String digest = Rig.digest(repository, "1.0").orElseThrow();
        jenkins.buildAndAssertSuccess(job(reproducible.formatted("b")));
        WorkflowRun other = jenkins.buildAndAssertStatus(Result.FAILURE, job(reproducible.formatted("c")));
        jenkins.assertLogContains(
                "Nothing is published and no tag has moved. The tag " + tag + " exists already and is immutable",
                other);
        assertEquals(digest, Rig.digest(repository, "1.0").orElseThrow());
    }

    private WorkflowJob job(String more) throws Exception {
        WorkflowJob job = RigJenkins.job(jenkins, """
                node {
                    multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', builder: '%s', immutableTags: true,
                                   credentialsId: 'registry-push', %s)
                }
                """.formatted(tag, Rig.REMOTE_BUILDER, more));
        RigJenkins.writeApp(job, agent);
        return job;
    }
}
