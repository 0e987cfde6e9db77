package io.jenkins.plugins.multiarchbuild.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.configuration.RegistryCredentials;
import io.jenkins.plugins.multiarchbuild.rig.Attestations;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the step's parameters do to the image. */
@NeedsRig
@WithJenkins
class ParametersTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String repository = RigJenkins.newRepository();
    private JenkinsRule jenkins;
    private DumbSlave agent;

    @BeforeEach
    void agent(JenkinsRule rule) throws Exception {
        jenkins = rule;
        agent = RigJenkins.onlyAgent(jenkins);
    }

    @Test
    void optionsReachTheImage() throws Exception {
        build("""
                sh 'mkdir sub && mv busybox-* sub/'
                writeFile file: 'sub/Own', text: '''FROM scratch AS wanted
                ARG TARGETARCH
                ARG VALUE
                COPY busybox-$TARGETARCH /bin/busybox
                LABEL value=$VALUE
                FROM wanted AS other
                LABEL value=wrong
                '''
                multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push',
                               context: 'sub', dockerfile: 'Own', target: 'wanted', provenance: false,
                               buildArgs: [VALUE: 'it\\'s "${x}" $HOME `id`'], labels: ['com.example.a b': "1\\n2"],
                               archTags: ['arm64': '-graviton', '*': 'x86'])
                """, Rig.REMOTE_BUILDER);

        JsonNode index = JSON.readTree(Rig.manifest(repository, "1.0").orElseThrow());
        assertEquals(2, index.path("manifests").size(), "no attestation: " + index);
        for (JsonNode child : index.path("manifests")) {
            JsonNode labels = labels(child.path("digest").asText());
            assertEquals("it's \"${x}\" $HOME `id`", labels.path("value").asText());
            assertEquals("1\n2", labels.path("com.example.a b").asText());
        }
        assertTrue(Rig.manifest(repository, "1.0-graviton").isPresent());
        assertTrue(Rig.manifest(repository, "1.0-x86").isPresent());
        assertFalse(Rig.manifest(repository, "1.0-arm64").isPresent());
    }

    @Test
    void provenanceAndSbomAreKeptBesideEveryPlatformAndWhenPromoted() throws Exception {
        build(
                "def image = multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', builder: '%s',"
                        + " credentialsId: 'registry-push', provenance: 'mode=max', sbom: '"
                        + Attestations.pushScanner() + "')\n"
                        + "multiArchPublish(images: [image.reference], baseTags: '"
                        + RigJenkins.tag(repository + "/release", "1.0") + "', credentialsId: 'registry-push')",
                Rig.REMOTE_BUILDER);

        Attestations.assertOnBothPlatforms(RigJenkins.tag(repository, "1.0"));
        Attestations.assertOnBothPlatforms(RigJenkins.tag(repository + "/release", "1.0"));
    }

    @Test
    void withoutPublishNoTagAppears() throws Exception {
        WorkflowRun run = build(
                "def image = multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', builder: '%s', publish: false,"
                        + " credentialsId: 'registry-push')\n"
                        + "echo \"digest ${image.digest} reference ${image.reference} tags ${image.tags} ${image.references.size()}\"",
                Rig.REMOTE_BUILDER);

        jenkins.assertLogContains("digest null reference null tags [] 2", run);
        assertFalse(Rig.manifest(repository, "1.0").isPresent());
    }

    @Test
    void credentialsOfTheSystemConfigurationAreUsedWhereNoneAreNamed() throws Exception {
        MultiArchBuildConfiguration.get()
                .setRegistries(List.of(new RegistryCredentials(Rig.REGISTRY, RigJenkins.CREDENTIALS)));

        build("multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s')", Rig.REMOTE_BUILDER);

        assertTrue(Rig.manifest(repository, "1.0").isPresent());
    }

    private WorkflowRun build(String script, String builder) throws Exception {
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node {\n"
                        + script.replaceFirst("%s", RigJenkins.tag(repository, "1.0"))
                                .replaceFirst("%s", builder)
                        + "\n}");
        RigJenkins.writeApp(job, agent);
        return jenkins.buildAndAssertSuccess(job);
    }

    private JsonNode labels(String digest) throws Exception {
        JsonNode manifest = JSON.readTree(Rig.manifest(repository, digest).orElseThrow());
        String config = Rig.blob(repository, manifest.at("/config/digest").asText());
        return JSON.readTree(config).at("/config/Labels");
    }
}
