package io.jenkins.plugins.multiarchbuild.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.FilePath;
import hudson.model.Node;
import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.ClassicEngine;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of images that share their lower layers with those of an earlier build. */
@NeedsRig
class KnownLayersTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String FILES = "files of everything";
    private static final String LOWER = "files of lower layers";
    private static final String LAYERS = "layers";

    /** A base image that is worth knowing, and layers above it. */
    private static final String DOCKERFILE = """
            FROM scratch AS base
            ARG TARGETARCH
            COPY random /random
            COPY busybox-$TARGETARCH /bin/busybox
            FROM base
            """;

    private final String repository = RigJenkins.newRepository();
    private final byte[] random = new byte[(int) Reading.SMALL];
    private Node agent;
    private WorkflowJob job;

    @TempDir
    private Path directory;

    @BeforeEach
    void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void onlyUpperLayersAreReadAgain(String driver) throws Exception {
        createJob(driver);
        WorkflowRun run = build("COPY entry /\nCMD [\"busybox\"]\n", Result.SUCCESS);
        jenkins.assertLogContains("linux/arm64 verified: 1 program, /bin/busybox is AArch64", run);
        assertEquals(List.of(LOWER, LAYERS, LOWER, LAYERS), exports());

        run = build(
                "COPY entry /other\nRUN [\"/bin/busybox\", \"mv\", \"/bin/busybox\", \"/bin/moved\"]\nCMD [\"moved\"]\n",
                Result.SUCCESS);
        jenkins.assertLogContains("linux/amd64 verified: 1 program, /bin/moved is x86-64", run);
        jenkins.assertLogContains("linux/arm64 verified: 1 program, /bin/moved is AArch64", run);
        assertEquals(List.of(LAYERS, LAYERS), exports());

        run = build("COPY busybox-amd64 /bin/busybox\nCMD [\"busybox\"]\n", Result.FAILURE);
        jenkins.assertLogContains(
                "/bin/busybox, which the image starts, is x86-64 and not AArch64. It comes from"
                        + " 'COPY busybox-amd64 /bin/busybox'",
                run);
        assertEquals(List.of(LAYERS, LAYERS), exports());

        // what an agent knows from another job is not taken
        createJob(driver);
        build("COPY entry /again\nCMD [\"busybox\"]\n", Result.SUCCESS);
        assertEquals(List.of(LOWER, LAYERS, LOWER, LAYERS), exports());
    }

    /** As on a farm whose agents exist for one build. */
    @Test
    void newAgentLearnsWhatAnotherOneHasRead() throws Exception {
        createJob("remote");
        build("COPY entry /\nCMD [\"busybox\"]\n", Result.SUCCESS);
        assertEquals(List.of(LOWER, LAYERS, LOWER, LAYERS), exports());

        replaceAgent();
        WorkflowRun run = build("COPY entry /other\nCMD [\"busybox\"]\n", Result.SUCCESS);
        jenkins.assertLogContains("linux/arm64 verified: 1 program, /bin/busybox is AArch64", run);
        assertEquals(List.of(LAYERS, LAYERS), exports());

        replaceAgent();
        run = build("COPY entry /third\nCOPY busybox-amd64 /bin/busybox\nCMD [\"busybox\"]\n", Result.FAILURE);
        jenkins.assertLogContains("/bin/busybox, which the image starts, is x86-64 and not AArch64", run);
        assertEquals(List.of(LAYERS, LAYERS), exports());

        // what the controller knows from another job is not taken
        createJob("remote");
        replaceAgent();
        build("COPY entry /again\nCMD [\"busybox\"]\n", Result.SUCCESS);
        assertEquals(List.of(LOWER, LAYERS, LOWER, LAYERS), exports());
    }

    @Test
    void layersAreReadAgainIfTheAgentDoesNotUnderstandWhatItGets() throws Exception {
        createJob("remote");
        build("COPY entry /\nCMD [\"busybox\"]\n", Result.SUCCESS);
        exports();
        for (String architecture : List.of("amd64", "arm64")) {
            List<Digest> layers = layers(architecture);
            assertNotNull(SharedFiles.get().get(job.getFullName(), layers.subList(0, 1)));
            for (int count : new int[] {1, 2}) {
                SharedFiles.get().add(job.getFullName(), layers.subList(0, count), new byte[] {1, 2, 3});
            }
        }

        replaceAgent();
        WorkflowRun run = build("COPY entry /other\nCMD [\"busybox\"]\n", Result.SUCCESS);
        jenkins.assertLogContains("linux/arm64 verified: 1 program, /bin/busybox is AArch64", run);
        assertEquals(List.of(LOWER, LAYERS, LOWER, LAYERS), exports());
    }

    @Test
    void imagesAreReadAsWholeIfTheirLayersCannotBeRead() throws Exception {
        Files.createFile(directory.resolve("refuse"));
        createJob("remote");
        WorkflowRun run = build("COPY entry /\nCMD [\"busybox\"]\n", Result.SUCCESS);
        jenkins.assertLogContains("linux/arm64 verified: 1 program, /bin/busybox is AArch64", run);
        assertEquals(List.of(LOWER, LAYERS, LOWER, LAYERS, FILES, FILES), exports());
    }

    @Test
    void imagesOfAnEngineWithoutTheContainerdImageStoreAreReadAsWhole() throws Exception {
        try (ClassicEngine engine = new ClassicEngine()) {
            createJob("amd64", "default", "DOCKER_HOST=" + engine.host());
            WorkflowRun run = build("COPY entry /\nCMD [\"busybox\"]\n", Result.SUCCESS);
            jenkins.assertLogContains("linux/amd64 verified: 1 program, /bin/busybox is x86-64", run);
            List<String> exports = exports();
            assertEquals(FILES, exports.get(exports.size() - 1));
        }
    }

    private void createJob(String driver) throws Exception {
        createJob("amd64 arm64", Rig.builder(driver), "X=");
    }

    private void createJob(String platforms, String builder, String variable) throws Exception {
        Path docker = Files.writeString(directory.resolve("docker"), """
                #!/bin/sh
                case "$*" in
                *export.json*)
                    n=$(ls '%1$s' | wc -l)
                    cp "$MULTI_ARCH_BUILD/export.json" '%1$s'/export-$n
                    if [ -e '%1$s/refuse' ] && grep -q type=oci "$MULTI_ARCH_BUILD/export.json"; then
                        echo ERROR: refused >&2
                        exit 1
                    fi
                    ;;
                esac
                PATH=${PATH#"%1$s":} exec docker "$@"
                """.formatted(directory));
        new FilePath(docker.toFile()).chmod(0755);
        job = RigJenkins.job(jenkins, "");
        new Random().nextBytes(random);
        writeSource();
        job.setDefinition(new CpsFlowDefinition(
                """
                node {
                    withEnv(['PATH+RECORDS=%s', '%s']) {
                        multiArchBuild(platforms: '%s', baseTags: '%s', builder: '%s', credentialsId: 'registry-push')
                    }
                }
                """.formatted(directory, variable, platforms, RigJenkins.tag(repository, "1.0"), builder), true));
    }

    private void writeSource() throws Exception {
        FilePath workspace = RigJenkins.writeApp(job, agent);
        workspace.child("random").copyFrom(new ByteArrayInputStream(random));
        workspace.child("entry").write("#!/bin/sh\n", "UTF-8");
    }

    private WorkflowRun build(String dockerfile, Result result) throws Exception {
        agent.getWorkspaceFor(job).child("Dockerfile").write(DOCKERFILE + dockerfile, "UTF-8");
        return jenkins.buildAndAssertStatus(result, job);
    }

    /** Another agent takes the place of the present one. */
    private void replaceAgent() throws Exception {
        jenkins.jenkins.removeNode(agent);
        agent = jenkins.createOnlineSlave();
        writeSource();
    }

    /** The layers of an image that was published. */
    private List<Digest> layers(String architecture) throws Exception {
        ObjectMapper json = new ObjectMapper();
        for (JsonNode child :
                json.readTree(Rig.manifest(repository, "1.0").orElseThrow()).path("manifests")) {
            if (child.at("/platform/architecture").asText().equals(architecture)) {
                String digest = child.path("digest").asText();
                JsonNode manifest =
                        json.readTree(Rig.manifest(repository, digest).orElseThrow());
                List<Digest> layers = new ArrayList<>();
                manifest.path("layers")
                        .forEach(layer ->
                                layers.add(new Digest(layer.path("digest").asText())));
                return layers;
            }
        }
        throw new AssertionError("no image for " + architecture);
    }

    /** What was exported since the last call. */
    private List<String> exports() throws IOException {
        List<String> exports = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(file -> file.getFileName().toString().startsWith("export-"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            for (String target : Files.readString(file).split("\"contexts\"", -1)) {
                if (target.contains("type=oci")) {
                    exports.add(LAYERS);
                } else if (target.contains("type=tar")) {
                    exports.add(target.contains(".lower@") ? LOWER : FILES);
                }
            }
            Files.delete(file);
        }
        return exports;
    }
}
