package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.jvnet.hudson.test.JenkinsRule;

/** Values that nobody writes by accident, in a real build. */
@NeedsRig
class HostileStepTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static DumbSlave agent;

    private static final String LONG = "('n' * 4000)";

    /** Parameters that are refused before anything is built, and a part of the error. */
    private static final List<String> REFUSED = List.of(
            "platforms: 'amd64', baseTags: '-t:1' | '-t:1' is not a valid image reference",
            "platforms: 'amd64', baseTags: '--push' | ",
            "platforms: 'amd64', baseTags: 'app:' + " + LONG + " | is not a valid image reference",
            "platforms: " + LONG + ", baseTags: 'app:1' | Unknown platform",
            "platforms: '--load', baseTags: 'app:1' | Unknown platform '--load'",
            "platforms: 'amd64', baseTags: 'app:1', builder: '--help' | builder: '--help' is not the name of a builder",
            "platforms: 'amd64', baseTags: 'app:1', builder: \"a\\nb\" | is not the name of a builder",
            "platforms: 'amd64', baseTags: 'app:1', buildArgs: ['': 'x'] | buildArgs: '' is not a name",
            "platforms: 'amd64', baseTags: 'app:1', target: \"a\\u0000b\" | target has a NUL",
            "platforms: 'amd64', baseTags: 'app:1', context: \"a\\u0000b\" | context has a NUL",
            "platforms: 'amd64', baseTags: 'app:1', dockerfile: \"a\\u0000b\" | dockerfile has a NUL",
            "platforms: 'amd64', baseTags: 'app:1', context: " + LONG + " | ",
            "platforms: 'amd64', baseTags: 'app:1', dockerfile: " + LONG + " | ",
            "platforms: 'amd64', baseTags: 'app:1', buildContexts: [more: \"a\\u0000b\"] | buildContexts: the value of 'more' has a NUL",
            "platforms: 'amd64', baseTags: 'app:1', buildArgs: [A: \"a\\u0000b\"] | buildArgs: the value of 'A' has a NUL",
            "platforms: 'amd64', baseTags: 'app:1', labels: [a: \"a\\u0000b\"] | labels: the value of 'a' has a NUL",
            "platforms: 'amd64', baseTags: 'app:1', annotations: [a: \"a\\u0000b\"] | annotations: the value of 'a' has a NUL",
            "platforms: 'amd64', baseTags: 'app:1', agents: ['*': \"a' || 'b\"] | agents: ",
            "platforms: 'amd64', baseTags: 'app:1', builder: \"a\\u0000b\" | builder: 'a b' is not the name of a builder",
            "platforms: 'amd64', baseTags: 'app:1', network: \"ho\\u0000st\" | network: 'ho st' is not understood",
            "platforms: 'amd64', baseTags: 'app:1', network: \"none\\nx\" | network: 'none x' is not understood",
            "platforms: 'amd64', baseTags: 'app:1', stash: \"a\\u0000b\" | stash: 'a b' is not a name that a stash can have",
            "platforms: 'amd64', baseTags: 'app:1', stash: \"a\\nb\" | stash: 'a b' is not a name that a stash can have",
            "platforms: 'amd64', baseTags: 'app:1', stash: '../x' | stash: '../x' is not a name that a stash can have",
            "platforms: 'amd64', baseTags: 'app:1', provenance: \"mode=max\\u0000\" | provenance: 'mode=max ' is not understood",
            "platforms: 'amd64', baseTags: 'app:1', sbom: \"generator=a\\u001bb\" | sbom: 'generator=a b' is not understood",
            "platforms: 'amd64', baseTags: 'app:1', cacheFrom: \"type=s3,region=a\\u0000b\" | cacheFrom has a NUL",
            "platforms: 'amd64', baseTags: 'app:1', cacheFrom: [\"type=s3,region=a\\nb\"] | cacheFrom: 'region=a b' is not understood",
            "platforms: 'amd64', baseTags: 'app:1', foreignPrograms: \"/a\\u0000b\" | foreignPrograms has a NUL",
            "platforms: 'amd64', baseTags: 'app:1', credentialsId: \"a\\u0000b\" | No credentials 'a b' for",
            "platforms: 'amd64', baseTags: 'app:1', registries: [[url: \"a\\u0000b\", credentialsId: 'x']] | registries: 'a b' is not",
            "platforms: 'amd64', baseTags: 'app:1', secrets: [a: \"a\\nb\"] | 'a b'",
            "platforms: 'amd64', baseTags: 'app:1', archTags: ['*': \"a\\nb\"] | ",
            "platforms: 'amd64', baseTags: 'app:1', agents: ['*': \"a\\u0000b\"] | agents: the value of '*' has a NUL",
            "platforms: 'amd64', baseTags: 'app:1', dockerfile: 'a' * 4097 | is longer than 4096 characters",
            "platforms: 'amd64', baseTags: 'app:1', buildContexts: [more: 'a' * 4097] | is longer than 4096 characters");

    private final String repository = RigJenkins.newRepository();
    private final String tag = RigJenkins.tag(repository, "1.0");

    @BeforeAll
    static void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
    }

    @Test
    void refusedInOneLine() throws Exception {
        List<Executable> checks = new ArrayList<>();
        for (String line : REFUSED) {
            String[] parts = line.split(" \\| ", -1);
            checks.add(() -> refuse(parts[0], parts[1]));
        }
        assertAll(checks);
    }

    private void refuse(String parameters, String message) throws Exception {
        WorkflowJob job = RigJenkins.job(jenkins, "node('!built-in') { multiArchBuild(" + parameters + ") }");
        RigJenkins.writeApp(job, agent);
        String log = JenkinsRule.getLog(jenkins.buildAndAssertStatus(Result.FAILURE, job));
        List<String> errors =
                log.lines().filter(line -> line.startsWith("ERROR: ")).toList();
        assertEquals(1, errors.size(), () -> parameters + " said:\n" + log);
        assertTrue(errors.get(0).contains(message), () -> parameters + " said:\n" + log);
        assertFalse(log.contains("\tat "), () -> parameters + " said:\n" + log);
        assertFalse(log.contains("building with \""), () -> parameters + " said:\n" + log);
    }

    @Test
    void valuesArriveAsTheyAre() throws Exception {
        String value = "line 1\\nline 2 \\${x} %{y} \\\"'`\\$(id)`; -- 中";
        WorkflowJob job =
                RigJenkins.job(jenkins, """
                node('!built-in') {
                    withEnv(['n=3', 'a=b', 'docker=/x', 'first=#!', 'directory=/x', 'plugin=/bin/false', 'pipe=/x']) {
                        multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s', provenance: false,
                                       credentialsId: 'registry-push', labels: [note: "%s", long: %s],
                                       annotations: ['org.example.ascii': '$n ${a} $$ $HOME `id`', 'org.example.more': '$n é'])
                    }
                }
                """.formatted(tag, Rig.REMOTE_BUILDER, value.replace("中", "x"), LONG));
        RigJenkins.writeApp(job, agent);
        jenkins.buildAndAssertSuccess(job);
        JsonNode annotations = new ObjectMapper()
                .readTree(Rig.manifest(repository, "1.0").orElseThrow())
                .path("annotations");
        assertEquals(
                "$n ${a} $$ $HOME `id`", annotations.path("org.example.ascii").asText());
        assertEquals("$n é", annotations.path("org.example.more").asText());
        Rig.docker("pull", "--platform", "linux/amd64", tag);
        assertEquals(
                "line 1\nline 2 ${x} %{y} \"'`$(id)`; -- x",
                Rig.docker("inspect", "--format", "{{index .Config.Labels \"note\"}}", tag));
        assertEquals("n".repeat(4000), Rig.docker("inspect", "--format", "{{index .Config.Labels \"long\"}}", tag));
    }

    @Test
    void jobNamesWithSpacesCommasAndQuotesWork() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "token", null, Secret.fromString("a-token")));
        for (String name : List.of("a job, really", "-n=src,dst ~{x}", "say \"hi\", she said")) {
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
            job.setDefinition(new CpsFlowDefinition("""
                    node('!built-in') {
                        multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s', provenance: false,
                                       credentialsId: 'registry-push', secrets: [npm: 'token'])
                    }
                    """.formatted(tag, Rig.REMOTE_BUILDER), true));
            FilePath dockerfile = RigJenkins.writeApp(job, agent).child("Dockerfile");
            dockerfile.write(
                    dockerfile.readToString()
                            + "RUN --mount=type=secret,id=npm,required=true [\"/bin/busybox\", \"true\"]\n",
                    "UTF-8");

            WorkflowRun run = jenkins.buildAndAssertSuccess(job);

            jenkins.assertLogContains("Published " + tag, run);
        }
    }

    /** Pipeline's own sh waits for ever in such a workspace. */
    @Test
    void jobNameWithAnApostropheIsAnErrorBeforeAnythingIsBuilt() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "it's \"so\"");
        String step =
                "multiArchBuild(platforms: 'amd64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push')"
                        .formatted(tag, Rig.REMOTE_BUILDER);
        job.setDefinition(new CpsFlowDefinition("node('!built-in') { " + step + " }", true));
        RigJenkins.writeApp(job, agent);

        String log = JenkinsRule.getLog(jenkins.buildAndAssertStatus(Result.FAILURE, job));

        assertTrue(log.contains("Jenkins starts no shell in a directory with an apostrophe in its path"), log);
        assertFalse(log.contains("[Pipeline] sh"), log);
    }
}
