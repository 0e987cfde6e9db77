package io.jenkins.plugins.multiarchbuild.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** What may be in a build context, and that the plugin's own files with logins never are. */
@NeedsRig
class ContextLimitsTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static DumbSlave agent;

    private final String repository = RigJenkins.newRepository();
    private final String tag = RigJenkins.tag(repository, "1.0");
    private WorkflowJob job;
    private FilePath workspace;

    @BeforeAll
    static void farm() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        agent = jenkins.createSlave("one", "one", null);
        jenkins.waitOnline(agent);
        jenkins.waitOnline(jenkins.createSlave("two", "two", null));
        RigJenkins.addCredentials();
    }

    @BeforeEach
    void source() throws Exception {
        job = RigJenkins.job(jenkins, "");
        workspace = RigJenkins.writeApp(job, agent);
        workspace.child("docker/Dockerfile").write("""
                FROM scratch
                ARG TARGETARCH
                COPY busybox-$TARGETARCH /bin/busybox
                COPY . /all
                CMD ["/bin/busybox", "find", "/all"]
                """, "UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"amd64: 'one', arm64: 'one'", "amd64: 'two', arm64: 'two'", "amd64: 'one', arm64: 'two'"})
    void loginsAreNoPartOfAnImage(String agents) throws Exception {
        build("dir('docker') { STEP }", "context: '..', dockerfile: 'docker/Dockerfile', agents: [" + agents + "]");

        for (String platform : List.of("linux/amd64", "linux/arm64")) {
            String files = Rig.run(platform, tag);
            assertTrue(files.contains("/all/docker/Dockerfile"), files);
            for (String own : List.of("config.json", "plan.json", "multi-arch-build")) {
                assertFalse(files.contains(own), files);
            }
        }
    }

    @Test
    void everythingOutsideOfTheWorkspaceIsRefused() throws Exception {
        workspace.child("away").symlinkTo("/etc", null);
        workspace.child("Linked").symlinkTo("/etc/passwd", null);
        for (String agents : List.of("", ", agents: ['*': 'two']")) {
            for (String path : List.of("../..", "/etc", "away", "away/ssl", "../gone")) {
                refuse("context: '" + path + "'" + agents, "'" + path + "' is outside of the workspace");
                refuse("buildContexts: [more: '" + path + "']" + agents, "'" + path + "' is outside of the workspace");
            }
            for (String path : List.of("/etc/passwd", "Linked", "away/passwd")) {
                refuse("dockerfile: '" + path + "'" + agents, "'" + path + "' is outside of the workspace");
            }
        }
    }

    @Test
    void temporaryDirectoryInTheContextIsRefused() throws Exception {
        for (String directory : List.of("$WORKSPACE", "$WORKSPACE/tmp")) {
            WorkflowRun run = fail("withEnv([\"WORKSPACE_TMP=" + directory + "\"]) { STEP }", "context: '.'");
            jenkins.assertLogContains("would contain the directory of the registry logins", run);
            assertEquals(1, errors(run));
        }
    }

    @Test
    void buildxMayReadExactlyWhatItNeeds() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(
                        CredentialsScope.GLOBAL, "token", null, Secret.fromString("a-secret-token")));
        workspace.child("app").mkdirs();
        for (FilePath file : workspace.list("busybox-*")) {
            file.renameTo(workspace.child("app/" + file.getName()));
        }
        workspace.child("more/file").write("x", "UTF-8");
        workspace.child("docker/Dockerfile").write("""
                FROM scratch
                ARG TARGETARCH
                COPY busybox-$TARGETARCH /bin/busybox
                COPY --from=more file /more
                RUN --mount=type=secret,id=npm ["/bin/busybox", "grep", "-q", "a-secret-token", "/run/secrets/npm"]
                CMD ["/bin/busybox", "cat", "/more"]
                """, "UTF-8");
        String parameters = "context: 'app', dockerfile: '../docker/Dockerfile', buildContexts: [more: 'more'],"
                + " secrets: [npm: 'token'], cacheTo: [\"type=local,dest=$WORKSPACE-caches/the cache/$BUILD_NUMBER\"]";
        for (String agents : List.of("one", "two")) {
            WorkflowRun run = build("STEP", parameters + ", agents: ['*': '" + agents + "']");
            assertEquals("x", Rig.run("linux/amd64", tag));
            String log = JenkinsRule.getLog(run);
            assertFalse(log.contains("BUILDX_BAKE_ENTITLEMENTS_FS"), log);
            assertFalse(log.contains("requesting privileges"), log);
        }
    }

    @Test
    void ignoreFileWithoutEndIsAnError() throws Exception {
        workspace.child(".dockerignore").symlinkTo("/dev/zero", null);
        WorkflowRun run = fail("STEP", "agents: ['*': 'two']");
        jenkins.assertLogContains(".dockerignore is not a regular file of at most 1024 KiB", run);
        assertEquals(1, errors(run));
    }

    private void refuse(String parameters, String message) throws Exception {
        WorkflowRun run = fail("STEP", parameters);
        jenkins.assertLogContains("ERROR: " + message, run);
        assertEquals(1, errors(run), parameters);
    }

    private static long errors(WorkflowRun run) throws Exception {
        String log = JenkinsRule.getLog(run);
        assertFalse(log.contains("\tat "), log);
        assertFalse(log.contains("building with \""), log);
        return log.lines().filter(line -> line.startsWith("ERROR: ")).count();
    }

    private WorkflowRun build(String script, String parameters) throws Exception {
        define(script, parameters);
        return jenkins.buildAndAssertSuccess(job);
    }

    private WorkflowRun fail(String script, String parameters) throws Exception {
        define(script, parameters);
        return jenkins.buildAndAssertStatus(Result.FAILURE, job);
    }

    private void define(String script, String parameters) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                "node('one') { "
                        + script.replace(
                                "STEP",
                                "multiArchBuild(platforms: 'amd64 arm64', baseTags: '" + tag + "', builder: '"
                                        + Rig.REMOTE_BUILDER
                                        + "', credentialsId: 'registry-push', provenance: false, " + parameters + ")")
                        + " }",
                true));
    }
}
