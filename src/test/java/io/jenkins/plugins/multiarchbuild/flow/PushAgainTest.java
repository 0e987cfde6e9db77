package io.jenkins.plugins.multiarchbuild.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.Node;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.configuration.RegistryCredentials;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.FaultyRegistry;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@NeedsRig
class PushAgainTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static Node agent;

    private static final String OLDER_FORMAT = ",oci-artifact=false";

    private static final String UNKNOWN = "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"unknown error\"}]}";

    private final String repository = RigJenkins.newRepository();

    @TempDir
    private Path directory;

    @BeforeAll
    static void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
    }

    @Test
    void registryThatFaltersGetsTheImageFromTheCache() throws Exception {
        try (FaultyRegistry registry = new FaultyRegistry()) {
            // more often than BuildKit itself asks again within one push: 0.32 does so eight times for each manifest
            registry.fail(16, "PUT .*/manifests/sha256:", FaultyRegistry.status(500, UNKNOWN));
            WorkflowRun run = build(registry, "noCache: true");
            jenkins.assertLogContains("Everything is built, but the registry did not accept it. Pushing again", run);
            jenkins.assertLogContains(" cached", run);
            assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
            assertTrue(definitions().noneMatch(definition -> definition.contains(OLDER_FORMAT)));
        }
    }

    /** The registry looks for what the manifest lists while another build pushes the same. */
    @Test
    void manifestThatIsRefusedForAMomentIsPushedAgain() throws Exception {
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.fail(
                    1,
                    "PUT .*/manifests/sha256:",
                    FaultyRegistry.status(
                            400, "{\"errors\":[{\"code\":\"MANIFEST_INVALID\",\"message\":\"manifest invalid\"}]}"));
            WorkflowRun run = build(registry, "provenance: true");
            jenkins.assertLogContains("Everything is built, but the registry did not accept it. Pushing again", run);
            assertProvenance();
        }
    }

    /** A registry like GitLab's. */
    @Test
    void attestationsAreStoredInTheOlderFormat() throws Exception {
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.refuseUnknownSubjects(this::isNewerFormat);
            WorkflowRun run = build(registry, "provenance: true");
            jenkins.assertLogContains("Pushing again from the cache in the older format (oci-artifact=false)", run);
            assertEquals(
                    List.of(false, true),
                    definitions()
                            .map(definition -> definition.contains(OLDER_FORMAT))
                            .toList());
            assertProvenance();
        }
    }

    @Test
    void globalSettingMakesTheOlderFormatTheRule() throws Exception {
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.refuseUnknownSubjects(this::isNewerFormat);
            RegistryCredentials settings = new RegistryCredentials(registry.host(), "");
            settings.setNoOciArtifacts(true);
            MultiArchBuildConfiguration.get().setRegistries(List.of(settings));
            WorkflowRun run = build(registry, "provenance: true");
            jenkins.assertLogNotContains("Pushing again", run);
            assertEquals(
                    List.of(true),
                    definitions()
                            .map(definition -> definition.contains(OLDER_FORMAT))
                            .toList());
            assertProvenance();
        }
    }

    private WorkflowRun build(FaultyRegistry registry, String option) throws Exception {
        writeDocker();
        WorkflowJob job = RigJenkins.job(
                jenkins, """
                node {
                    withEnv(['PATH+RECORDS=%s']) {
                        multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s/%s:1.0', builder: '%s', %s,
                                       credentialsId: 'registry-push')
                    }
                }
                """.formatted(directory, registry.host(), repository, Rig.REMOTE_BUILDER, option));
        RigJenkins.writeApp(job, agent);
        return jenkins.buildAndAssertSuccess(job);
    }

    /** The real docker, which first keeps a copy of each bake definition. */
    private void writeDocker() throws IOException, InterruptedException {
        Path docker = Files.writeString(directory.resolve("docker"), """
                #!/bin/sh
                case "$*" in
                  *"--metadata-file"*) cp "$MULTI_ARCH_BUILD/plan.json" "%1$s/$(date +%%s%%N).json" ;;
                esac
                PATH=${PATH#"%1$s":} exec docker "$@"
                """.formatted(directory));
        docker.toFile().setExecutable(true);
    }

    /** The definitions that were baked, in this order. */
    private Stream<String> definitions() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList().stream()
                    .map(PushAgainTest::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isNewerFormat() {
        return definitions().noneMatch(definition -> definition.contains(OLDER_FORMAT));
    }

    private void assertProvenance() throws IOException, InterruptedException {
        String image = RigJenkins.tag(repository, "1.0");
        JsonNode provenance = new ObjectMapper()
                .readTree(Rig.docker("buildx", "imagetools", "inspect", image, "--format", "{{json .Provenance}}"));
        for (String platform : List.of("linux/amd64", "linux/arm64")) {
            JsonNode slsa = provenance.path(platform).path("SLSA");
            // SLSA 0.2 and 1.0
            assertTrue(slsa.has("buildType") || slsa.path("buildDefinition").has("buildType"), provenance.toString());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
