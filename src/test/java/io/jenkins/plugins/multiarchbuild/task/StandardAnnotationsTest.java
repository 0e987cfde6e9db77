package io.jenkins.plugins.multiarchbuild.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.GitRepository;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@code annotations: 'auto'} says of an image. */
@NeedsRig
class StandardAnnotationsTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static DumbSlave agent;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "org.opencontainers.image.";

    /** With the parameters that every test has; %s stands for further ones. */
    private static final String STEP = "multiArchBuild(platforms: 'amd64,arm64', builder: '" + Rig.REMOTE_BUILDER
            + "', credentialsId: 'registry-push', baseTags: '%s'%s)";

    @TempDir
    private Path source;

    private final String repository = RigJenkins.newRepository();
    private String head;

    @BeforeAll
    static void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
        agent.setLabelString("docker");
    }

    @BeforeEach
    void source() throws Exception {
        Rig.writeApp(source);
    }

    @Test
    void checkoutInTheWorkspaceIsDescribed() throws Exception {
        Instant before = Instant.now();
        build("node('docker') { checkout scm; " + step(", annotations: 'auto'") + " }");

        JsonNode annotations = annotations("1.0");
        assertEquals(head, annotations.path(PREFIX + "revision").asText());
        assertEquals(source.toString(), annotations.path(PREFIX + "source").asText());
        assertEquals("1.0", annotations.path(PREFIX + "version").asText());
        Instant created = Instant.parse(annotations.path(PREFIX + "created").asText());
        assertTrue(created.isAfter(before) && created.isBefore(Instant.now()), created.toString());
    }

    @Test
    void revisionIsThatOfTheWorkspaceAndNotOfTheJob(@TempDir Path other) throws Exception {
        Rig.writeApp(other);
        Files.writeString(other.resolve("README"), "another repository");
        GitRepository app = GitRepository.of(other);

        build("node('docker') { checkout scm; dir('app') { git url: '" + other + "', branch: 'main'\n"
                + step(", annotations: 'auto'") + " } }");

        assertEquals(app.head(), annotations("1.0").path(PREFIX + "revision").asText());
        assertEquals(
                other.toString(), annotations("1.0").path(PREFIX + "source").asText());
    }

    /** The bake file says where the source is. */
    @Test
    void revisionIsThatOfTheContextOfABakeTarget(@TempDir Path other) throws Exception {
        Rig.writeApp(other);
        Files.writeString(other.resolve("README"), "another repository");
        GitRepository app = GitRepository.of(other);
        Files.writeString(source.resolve("app.hcl"), "target \"app\" { context = \"app\" }\ntarget \"top\" {}\n");
        String prepare = "node('docker') { checkout scm; dir('app') { git url: '" + other + "', branch: 'main' }\n";

        build(prepare + step(", annotations: 'auto', bake: 'app.hcl', bakeTargets: 'app'") + " }");

        assertEquals(app.head(), annotations("1.0").path(PREFIX + "revision").asText());
        assertEquals(
                other.toString(), annotations("1.0").path(PREFIX + "source").asText());

        WorkflowRun both = build(prepare
                + step(", annotations: 'auto', bake: 'app.hcl', bakeTargets: ['app', 'top']")
                        .replaceFirst("baseTags: '([^']*)'", "baseTags: [app: '$1-app', top: '$1-top']")
                + " }");

        jenkins.assertLogContains("The contexts app, . are not of the same revision", both);
        for (String tag : List.of("1.0-app", "1.0-top")) {
            assertTrue(annotations(tag).has(PREFIX + "created"));
            assertFalse(annotations(tag).has(PREFIX + "revision"));
            assertFalse(annotations(tag).has(PREFIX + "source"));
        }
    }

    @Test
    void agentsThatCheckOutForThemselvesAreDescribed() throws Exception {
        build(step(", agents: ['*': 'docker'], annotations: 'auto'"));

        assertEquals(head, annotations("1.0").path(PREFIX + "revision").asText());
        assertEquals(
                source.toString(), annotations("1.0").path(PREFIX + "source").asText());
    }

    @Test
    void ownAnnotationsAndTheDateOfTheSourceWin() throws Exception {
        build("node('docker') { checkout scm; "
                + step(", buildArgs: [SOURCE_DATE_EPOCH: '1700000000'],"
                        + " annotations: '''auto\norg.opencontainers.image.version=mine\nvendor=me'''")
                + " }");

        JsonNode annotations = annotations("1.0");
        assertEquals("mine", annotations.path(PREFIX + "version").asText());
        assertEquals("me", annotations.path("vendor").asText());
        assertEquals(
                "2023-11-14T22:13:20Z", annotations.path(PREFIX + "created").asText());
        assertEquals(head, annotations.path(PREFIX + "revision").asText());
    }

    @Test
    void imageThatIsPublishedLaterKeepsItsAnnotations() throws Exception {
        build("node('docker') { checkout scm; def image = " + step(", publish: false, annotations: 'auto'") + "\n"
                + "multiArchPublish(images: image.references, annotations: image.annotations,"
                + " credentialsId: 'registry-push', baseTags: '" + RigJenkins.tag(repository, "2.0") + "') }");

        assertEquals(head, annotations("2.0").path(PREFIX + "revision").asText());
        assertEquals("1.0", annotations("2.0").path(PREFIX + "version").asText());
    }

    @Test
    void sourceWithoutScmHasNoRevision() throws Exception {
        // the workspace lies in a checkout that has nothing to do with it
        WorkflowJob job = jenkins.createProject(Folder.class, "checkout").createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition("node('docker') { " + step(", annotations: 'auto'") + " }", true));
        FilePath workspace = RigJenkins.writeApp(job, agent);
        GitRepository.of(Path.of(workspace.getParent().getRemote()));

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        assertFalse(
                annotations("1.0").has(PREFIX + "revision"), annotations("1.0").toString());
        assertTrue(annotations("1.0").has(PREFIX + "created"));
        jenkins.assertLogContains("Annotations of the image index: {" + PREFIX + "created=", run);
    }

    @Test
    void publishingAloneKnowsNoSource() throws Exception {
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node('docker') { multiArchPublish(images: 'registry.example.com/app:1', annotations: 'auto',"
                        + " baseTags: 'registry.example.com/app:2') }");

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        jenkins.assertLogContains("ERROR: annotations: 'auto' is for multiArchBuild, which knows the source.", run);
    }

    private String step(String more) {
        return STEP.formatted(RigJenkins.tag(repository, "1.0"), more);
    }

    private WorkflowRun build(String jenkinsfile) throws Exception {
        Files.writeString(source.resolve("Jenkinsfile"), jenkinsfile);
        GitRepository git = GitRepository.of(source);
        head = git.head();
        return jenkins.buildAndAssertSuccess(git.job(jenkins));
    }

    private JsonNode annotations(String tag) throws Exception {
        return JSON.readTree(Rig.manifest(repository, tag).orElseThrow()).path("annotations");
    }
}
