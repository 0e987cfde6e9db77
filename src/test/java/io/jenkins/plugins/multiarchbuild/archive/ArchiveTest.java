package io.jenkins.plugins.multiarchbuild.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The archive that a call writes, as the tools of those who get it read it. */
@NeedsRig
class ArchiveTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String FILE = "out/app-1.0.oci.tar";

    private static DumbSlave x86;
    private static DumbSlave arm;

    private final String name = "archive.example.com/" + RigJenkins.newRepository();

    @BeforeAll
    static void farm() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        x86 = jenkins.createSlave("x86-1", "x86 docker", null);
        arm = jenkins.createSlave("arm-1", "arm64 docker", null);
        jenkins.waitOnline(x86);
        jenkins.waitOnline(arm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void archiveOfOneAgentIsLoaded(String driver) throws Exception {
        WorkflowJob job = job(
                "builder: '" + Rig.builder(driver) + "', baseTags: ['" + name + ":1.0', '" + name
                        + ":latest'], annotations: ['org.opencontainers.image.vendor': 'Example'], smokeTest: ['busybox', 'true']");
        FilePath workspace = RigJenkins.writeApp(job, x86);
        FilePath dockerfile = workspace.child("Dockerfile");
        dockerfile.write(dockerfile.readToString() + "COPY own /\n", "UTF-8");
        workspace.child("own").write(UUID.randomUUID().toString(), "UTF-8");
        // the builder keeps the layers of a build that pushes nothing, as they are
        jenkins.buildAndAssertSuccess(RigJenkins.job(
                jenkins,
                "node('x86') { ws('" + workspace.getRemote()
                        + "') { multiArchBuild(platforms: 'amd64 arm64', push: false," + " builder: '"
                        + Rig.builder(driver) + "') } }"));

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains("linux/arm64 verified: ", run);
        jenkins.assertLogContains("linux/arm64 passed the smoke test", run);
        FilePath archive = workspace.child(FILE);
        String digest = digest(archive);
        jenkins.assertLogContains("result: " + FILE + " " + digest + " [] null", run);
        JsonNode index = blob(archive, digest);
        assertEquals(
                "Example",
                index.path("annotations")
                        .path("org.opencontainers.image.vendor")
                        .asText());
        for (JsonNode child : index.path("manifests")) {
            String manifest = child.path("digest").asText();
            String platform = child.path("platform").path("architecture").asText();
            if (!platform.equals("unknown")) {
                jenkins.assertLogContains("linux/" + platform + " is " + manifest, run);
            }
            for (JsonNode layer : blob(archive, manifest).path("layers")) {
                assertFalse(layer.path("mediaType").asText().endsWith("tar"), "compressed: " + layer);
            }
        }
        assertLoaded(archive, name + ":1.0");
        assertLoaded(archive, name + ":latest");
        assertNothingIsLeft(job, run, x86);
        String page = page(run);
        assertTrue(page.contains("Written into an archive Archive: " + FILE + " Digest: " + digest), page);
    }

    @Test
    void archiveOfSeveralAgentsIsLoaded() throws Exception {
        WorkflowJob job = job("builder: '" + Rig.REMOTE_BUILDER + "', baseTags: '" + name
                + ":1.0', provenance: 'mode=max', agents: [amd64: 'x86', arm64: 'arm64']");
        FilePath workspace = RigJenkins.writeApp(job, x86);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains("linux/arm64 on agent 'arm-1'", run);
        jenkins.assertLogContains("Fetched linux/arm64 for the archive: ", run);
        jenkins.assertLogNotContains("Fetched linux/amd64", run);
        FilePath archive = workspace.child(FILE);
        JsonNode index = blob(archive, digest(archive));
        assertEquals(4, index.path("manifests").size(), "two images and their attestations: " + index);
        assertLoaded(archive, name + ":1.0");
        assertNothingIsLeft(job, run, x86);
        assertNothingIsLeft(job, run, arm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void archiveOfOtherAgentsAloneIsTheSame(String driver) throws Exception {
        String options = "builder: '" + Rig.builder(driver)
                + "', noCache: true, provenance: false, buildArgs: [SOURCE_DATE_EPOCH: '1700000000'], baseTags: '"
                + name + ":1.0'";
        WorkflowJob here = job(options);
        WorkflowJob elsewhere = job(options + ", agents: ['*': 'arm64']");
        FilePath first = RigJenkins.writeApp(here, x86).child(FILE);
        FilePath second = RigJenkins.writeApp(elsewhere, x86).child(FILE);
        jenkins.buildAndAssertSuccess(here);

        WorkflowRun run = jenkins.buildAndAssertSuccess(elsewhere);

        jenkins.assertLogContains("Fetched linux/amd64, linux/arm64 for the archive: ", run);
        assertEquals(first.digest(), second.digest());
        assertNothingIsLeft(elsewhere, run, arm);
    }

    @Test
    void skopeoReadsIt() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(each -> new File(each, "skopeo").canExecute()),
                "no skopeo: apt-get install skopeo");
        WorkflowJob job = job("builder: '" + Rig.REMOTE_BUILDER + "', baseTags: '" + name + ":1.0'");
        FilePath archive = RigJenkins.writeApp(job, x86).child(FILE);
        jenkins.buildAndAssertSuccess(job);

        for (String reference : List.of("oci-archive:" + archive, "oci-archive:" + archive + ":1.0")) {
            String raw = command("skopeo", "inspect", "--raw", reference);
            assertEquals(digest(archive), Digest.of(raw).value());
            String config = command("skopeo", "inspect", "--config", "--override-arch", "arm64", reference);
            assertEquals(
                    "arm64",
                    new ObjectMapper().readTree(config).path("architecture").asText());
        }
        FilePath copy = archive.sibling("copy");
        command("skopeo", "copy", "--all", "oci-archive:" + archive, "dir:" + copy);
        assertEquals(
                digest(archive),
                Digest.of(copy.child("manifest.json").readToString()).value());
    }

    @Test
    void imageThatIsNotForItsPlatformLeavesTheOldArchive() throws Exception {
        WorkflowJob job = job("builder: '" + Rig.REMOTE_BUILDER + "', agents: [arm64: 'arm64']");
        FilePath workspace = RigJenkins.writeApp(job, x86);
        workspace.child("Dockerfile").write("FROM scratch\nCOPY busybox-amd64 /app\nCMD [\"/app\"]\n", "UTF-8");
        workspace.child(FILE).write("the old one", "UTF-8");

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        jenkins.assertLogContains("ERROR: On agent 'arm-1': The image for linux/arm64", run);
        assertEquals("the old one", workspace.child(FILE).readToString());
        assertNothingIsLeft(job, run, x86);
        assertNothingIsLeft(job, run, arm);
    }

    @Test
    void eachPlatformIsNamedWhenOneFailed() throws Exception {
        WorkflowJob job = job("builder: '" + Rig.REMOTE_BUILDER + "', failFast: false, agents: [arm64: 'arm64']");
        FilePath workspace = RigJenkins.writeApp(job, x86);
        workspace.child("busybox-arm64").delete();

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        jenkins.assertLogContains("ERROR: No archive is written.", run);
        jenkins.assertLogContains(" was built: ", run);
        jenkins.assertLogNotContains("Nothing is published.", run);
        assertFalse(workspace.child(FILE).exists());
        assertNothingIsLeft(job, run, x86);
        assertNothingIsLeft(job, run, arm);
    }

    @Test
    void placeIsCheckedBeforeTheBuild() throws Exception {
        WorkflowJob job = job("builder: '" + Rig.REMOTE_BUILDER + "'");
        FilePath workspace = RigJenkins.writeApp(job, x86);
        workspace.child(FILE).mkdirs();

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogContains("ERROR: archive: '" + FILE + "' cannot be written, because it is a directory.", run);
        jenkins.assertLogNotContains("with builder", run);

        workspace.child("out").deleteRecursive();
        workspace.child("out").symlinkTo("/tmp", jenkins.createTaskListener());
        run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogContains("ERROR: archive: '" + FILE + "' is outside of the workspace: it would be in /", run);
        jenkins.assertLogNotContains("with builder", run);

        workspace.child("out").delete();
        workspace.child("out").symlinkTo("missing", jenkins.createTaskListener());
        run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogContains(workspace.child("out") + " is a link to something that does not exist.", run);
        jenkins.assertLogNotContains("with builder", run);
    }

    @Test
    void nameThatIsTooLongIsRefusedBeforeTheBuild() throws Exception {
        String tooLong = "a".repeat(252) + ".tar";
        for (String file : List.of(tooLong, "new/" + tooLong, tooLong + "/app.tar")) {
            WorkflowJob job = job(file, "builder: '" + Rig.REMOTE_BUILDER + "'");
            RigJenkins.writeApp(job, x86);

            WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

            jenkins.assertLogContains(
                    "ERROR: archive: '" + file + "' cannot be written, because the agent's file system does not accept"
                            + " the name: File name too long. Give another one.",
                    run);
            jenkins.assertLogNotContains("with builder", run);
        }
    }

    private WorkflowJob job(String options) throws Exception {
        return job(FILE, options);
    }

    private WorkflowJob job(String file, String options) throws Exception {
        return RigJenkins.job(jenkins, """
                node('x86') {
                    def image = multiArchBuild(platforms: 'amd64 arm64', push: false, archive: '%s', %s)
                    echo "result: ${image.archive} ${image.digest} ${image.tags} ${image.reference}"
                    image.platforms.each { echo "${it.platform} is ${it.digest}, ${it.size > 0} ${it.layers > 0}" }
                }
                """.formatted(file, options));
    }

    private static void assertLoaded(FilePath archive, String image) throws Exception {
        Rig.docker("load", "--input", archive.getRemote());
        try {
            assertEquals("x86_64", Rig.runLoaded("linux/amd64", image));
            assertEquals("aarch64", Rig.runLoaded("linux/arm64", image));
        } finally {
            Rig.docker("image", "rm", "--force", image);
        }
    }

    private static void assertNothingIsLeft(WorkflowJob job, WorkflowRun run, DumbSlave agent) throws Exception {
        FilePath workspace = agent.getWorkspaceFor(job);
        FilePath out = workspace.child("out");
        if (out.exists()) {
            assertEquals(
                    List.of("app-1.0.oci.tar"),
                    out.list().stream().map(FilePath::getName).toList());
        }
        FilePath temporary = WorkspaceList.tempDir(workspace);
        if (temporary.exists()) {
            assertFalse(
                    temporary.list().stream().anyMatch(file -> file.getName().startsWith(Agent.DIRECTORY_PREFIX)));
        }
        String[] kept = new File(run.getRootDir(), "multi-arch-build").list();
        assertEquals(0, kept == null ? 0 : kept.length, "nothing is left on the controller");
    }

    private static String page(WorkflowRun run) throws Exception {
        return jenkins.createWebClient()
                .getPage(run, "multi-arch-images/")
                .asNormalizedText()
                .replaceAll("\\s+", " ");
    }

    /** The digest of the image index that every name of the archive stands for. */
    private static String digest(FilePath archive) throws Exception {
        Set<String> digests = new TreeSet<>();
        new ObjectMapper()
                .readTree(command("tar", "-xOf", archive.getRemote(), "index.json"))
                .path("manifests")
                .forEach(entry -> digests.add(entry.path("digest").asText()));
        assertEquals(1, digests.size(), digests::toString);
        return digests.iterator().next();
    }

    private static JsonNode blob(FilePath archive, String digest) throws Exception {
        String text = command("tar", "-xOf", archive.getRemote(), "blobs/" + digest.replace(':', '/'));
        assertEquals(digest, Digest.of(text).value());
        return new ObjectMapper().readTree(text);
    }

    private static String command(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> String.join(" ", words));
        return output;
    }
}
