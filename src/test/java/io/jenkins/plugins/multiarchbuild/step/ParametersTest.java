package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.configuration.RegistryCredentials;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Attestations;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.List;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** What the step's parameters do to the image. */
@NeedsRig
class ParametersTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static DumbSlave agent;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String repository = RigJenkins.newRepository();

    @BeforeAll
    static void agent() throws Exception {
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

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void platformsHaveValuesOfTheirOwn(String driver) throws Exception {
        build("""
                sh 'mkdir x86 arm; echo for x86 > x86/file; echo for arm > arm/file'
                writeFile file: 'Own_x86_64-amd64', text: '''FROM scratch AS wanted
                ARG VALUE
                ARG COMMON
                COPY busybox-amd64 /bin/busybox
                COPY --from=more file /file
                LABEL value=$VALUE common=$COMMON
                CMD ["/bin/busybox", "cat", "/file"]
                FROM scratch
                '''
                sh 'sed "s/amd64/arm64/; s/wanted/small/" Own_x86_64-amd64 > Own_aarch64-arm64'
                multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push',
                               provenance: false, dockerfile: 'Own_${uname}-${arch}',
                               target: [amd64: 'wanted', arm64: 'small'],
                               buildContexts: [more: 'x86', 'linux/arm64': [more: 'arm']],
                               buildArgs: [COMMON: 'both', VALUE: '1', 'linux/arm64': [VALUE: '2']],
                               labels: ['com.example.a': 'both', aarch64: ['com.example.b': 'arm']])
                """, builder(driver));

        for (JsonNode child :
                JSON.readTree(Rig.manifest(repository, "1.0").orElseThrow()).path("manifests")) {
            boolean arm = child.at("/platform/architecture").asText().equals("arm64");
            JsonNode labels = labels(child.path("digest").asText());
            assertEquals(arm ? "2" : "1", labels.path("value").asText());
            assertEquals("both", labels.path("common").asText());
            assertEquals("both", labels.path("com.example.a").asText());
            assertEquals(arm ? "arm" : "", labels.path("com.example.b").asText());
        }
        assertEquals("for x86", Rig.run("linux/amd64", RigJenkins.tag(repository, "1.0")));
        assertEquals("for arm", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void runGetsItsOptions(String driver) throws Exception {
        build("""
                writeFile file: 'Own', text: '''FROM scratch
                ARG TARGETARCH
                COPY busybox-$TARGETARCH /bin/busybox
                RUN ["/bin/busybox", "sh", "-c", "/bin/busybox df -k /dev/shm > /out; /bin/busybox cat /etc/hosts /proc/self/limits >> /out"]
                RUN --network=host ["/bin/busybox", "sh", "-c", "/bin/busybox cat /proc/net/dev >> /out"]
                CMD ["/bin/busybox", "cat", "/out"]
                '''
                multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push',
                               dockerfile: 'Own', noCache: true, shmSize: 3145728, ulimits: ['nofile=1234:2345'],
                               addHosts: ['mirror.example.com': '192.0.2.77'], entitlements: ['network.host'])
                """, builder(driver));

        String seen = Rig.run("linux/amd64", RigJenkins.tag(repository, "1.0"));
        assertTrue(Pattern.compile("tmpfs +3072 .*/dev/shm").matcher(seen).find(), seen);
        assertTrue(
                Pattern.compile("192\\.0\\.2\\.77\\s+mirror\\.example\\.com")
                        .matcher(seen)
                        .find(),
                seen);
        assertTrue(Pattern.compile("Max open files +1234 +2345 ").matcher(seen).find(), seen);
        assertTrue(seen.contains("multi-arch-rig0:"), "the bridge is on the machine's own network only: " + seen);
    }

    /** It reaches BuildKit, which says no: neither of the rig's builders allows it. */
    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void entitlementThatTheBuilderDoesNotAllowIsNamed(String driver) throws Exception {
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node { multiArchBuild(platforms: 'amd64', baseTags: '" + RigJenkins.tag(repository, "1.0")
                        + "', builder: '" + builder(driver)
                        + "', credentialsId: 'registry-push', entitlements: 'security.insecure') }");
        RigJenkins.writeApp(job, agent);

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        jenkins.assertLogContains("The builder does not allow the entitlement security.insecure.", run);
    }

    /** The registry and the credentials do not exist: whoever asked for them would fail. */
    @ParameterizedTest
    @CsvSource({"remote, true", "docker, false"})
    void withoutPushEveryPlatformIsBuiltAndNothingElseHappens(String driver, boolean named) throws Exception {
        String tags =
                named ? "baseTags: '127.0.0.1:1/team/app:1.0', credentialsId: 'nobody', annotations: 'auto'," : "";
        WorkflowRun run = build(
                "// %s\n"
                        + "writeFile file: 'Own', text: 'FROM scratch\\nARG TARGETARCH\\nCOPY busybox-$TARGETARCH /busybox\\n"
                        + "RUN [\"/busybox\", \"sh\", \"-c\", \"echo ran on $(/busybox uname -m) not cached "
                        + repository
                        + "\"]'\n"
                        + "def image = multiArchBuild(platforms: 'amd64 arm64', builder: '%s', push: false, dockerfile: 'Own', "
                        + tags + " archTags: true)\n"
                        + "echo \"digest ${image.digest} reference ${image.reference} ${image.tags} ${image.references}\"\n"
                        + "echo \"platforms ${image.platforms.collect { it.platform + ' ' + it.digest + ' ' + it.reference }}\"",
                builder(driver));

        jenkins.assertLogContains("digest null reference null [] []", run);
        jenkins.assertLogContains("platforms [linux/amd64 null null, linux/arm64 null null]", run);
        jenkins.assertLogContains("ran on x86_64 not cached " + repository, run);
        jenkins.assertLogContains("ran on aarch64 not cached " + repository, run);
        JenkinsRule.WebClient client = jenkins.createWebClient();
        String report = client.getPage(run, "multi-arch-images/").asNormalizedText();
        assertTrue(report.contains("Built, not pushed") && report.contains("linux/arm64"), report);
        String summary = client.getPage(run).asNormalizedText();
        assertTrue(summary.contains("built, not pushed (linux/amd64, linux/arm64)"), summary);
    }

    @Test
    void withoutPushPlatformThatFailsFailsTheBuild() throws Exception {
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node { sh 'rm busybox-arm64'; multiArchBuild(platforms: 'amd64 arm64', builder: '" + Rig.REMOTE_BUILDER
                        + "', push: false) }");
        RigJenkins.writeApp(job, agent);

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        jenkins.assertLogContains("The build of linux/amd64, linux/arm64 failed. linux/arm64: ", run);
    }

    private static String builder(String driver) {
        return Rig.builder(driver);
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

    /** What was checked when the call began is what is used until it ends. */
    @Test
    void systemConfigurationThatChangesInTheMiddleOfABuildIsForTheNext() throws Exception {
        MultiArchBuildConfiguration settings = MultiArchBuildConfiguration.get();
        settings.setRegistries(List.of(new RegistryCredentials(Rig.REGISTRY, RigJenkins.CREDENTIALS)));
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node { multiArchBuild(platforms: 'amd64', baseTags: '" + RigJenkins.tag(repository, "1.0") + "') }");
        FilePath dockerfile = RigJenkins.writeApp(job, agent).child("Dockerfile");
        try (Gate gate = new Gate()) {
            dockerfile.write(gate.guarded(dockerfile.readToString()), "UTF-8");
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            gate.awaitBuild();

            settings.setRegistries(List.of(new RegistryCredentials(Rig.REGISTRY, "nobody-has-this")));
            settings.setVerifyPlatforms(false);
            gate.open();

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("linux/amd64 verified: ", run);
            assertTrue(Rig.manifest(repository, "1.0").isPresent());
        }
        WorkflowRun next = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogContains("No credentials 'nobody-has-this' for the registry " + Rig.REGISTRY, next);
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
