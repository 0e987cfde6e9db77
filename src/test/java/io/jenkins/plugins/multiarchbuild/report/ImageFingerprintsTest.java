package io.jenkins.plugins.multiarchbuild.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Fingerprint;
import hudson.tasks.Fingerprinter.FingerprintAction;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import org.jenkinsci.plugins.docker.commons.fingerprint.DockerFingerprints;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@NeedsRig
class ImageFingerprintsTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private final String repository = RigJenkins.newRepository();

    @Test
    void buildAndPromotionAreRecorded() throws Exception {
        var agent = RigJenkins.onlyAgent(jenkins);
        String repository = Rig.REGISTRY + "/" + this.repository;
        WorkflowJob building = RigJenkins.job(
                jenkins,
                "node { def image = multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s:1', publish: false,"
                                .formatted(repository)
                        + " credentialsId: 'registry-push')\n"
                        + "multiArchPublish(images: image.references, baseTags: '%s:1', credentialsId: 'registry-push')\n"
                                .formatted(repository)
                        + "echo \"arm64 is ${image.platforms[1].digest}.\" }");
        RigJenkins.writeApp(building, agent);
        WorkflowRun built = jenkins.buildAndAssertSuccess(building);
        WorkflowRun promoted = jenkins.buildAndAssertSuccess(RigJenkins.job(
                jenkins,
                "node { multiArchPublish(images: '%s:1', baseTags: '%s:stable', credentialsId: 'registry-push') }"
                        .formatted(repository, repository)));

        String index = Rig.digest(this.repository, "stable").orElseThrow();
        assertRecorded(index, repository + ":1", built, promoted);
        String arm64 = built.getLog(1000).stream()
                .filter(line -> line.startsWith("arm64 is "))
                .findFirst()
                .orElseThrow()
                .replaceAll("arm64 is |\\.$", "");
        assertRecorded(arm64, repository + " for linux/arm64", built, promoted);
        assertEquals(
                3, promoted.getAction(FingerprintAction.class).getFingerprints().size());
    }

    @Test
    void buildThatPushesNothingHasNoFingerprints() throws Exception {
        var agent = RigJenkins.onlyAgent(jenkins);
        WorkflowJob job = RigJenkins.job(
                jenkins, "node { multiArchBuild(platforms: 'amd64', push: false, verifyPlatforms: false) }");
        RigJenkins.writeApp(job, agent);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        assertNull(run.getAction(FingerprintAction.class));
    }

    private static void assertRecorded(String digest, String name, WorkflowRun built, WorkflowRun promoted)
            throws Exception {
        Fingerprint fingerprint = DockerFingerprints.of(digest);
        assertEquals("Docker image " + name, fingerprint.getFileName());
        assertEquals(built, fingerprint.getOriginal().getRun());
        for (WorkflowRun run : new WorkflowRun[] {built, promoted}) {
            assertTrue(fingerprint.getRangeSet(run.getParent()).includes(run.getNumber()), run + " for " + name);
        }
    }
}
