package io.jenkins.plugins.multiarchbuild.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.configuration.PlatformAgent;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.FaultyRegistry;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.actions.ThreadNameAction;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** One call of the step on a farm of two agents. */
@NeedsRig
class AgentsTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static DumbSlave x86;
    private static DumbSlave arm;

    private final String repository = RigJenkins.newRepository();

    @TempDir
    private Path directory;

    @BeforeAll
    static void farm() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        x86 = jenkins.createSlave("x86-1", "x86 docker", null);
        arm = jenkins.createSlave("arm-1", "arm64 docker", null);
        jenkins.waitOnline(x86);
        jenkins.waitOnline(arm);
        RigJenkins.addCredentials();
    }

    @Test
    void groupOfTheCurrentAgentStaysAndTheOtherGoes() throws Exception {
        WorkflowJob job =
                job("node('x86') { def image = multiArchBuild(%s, agents: ['amd64': 'x86 && docker', '*': 'arm64'])\n"
                        + "image.platforms.each { echo \"${it.platform} by ${it.agent}\" } }");
        RigJenkins.writeApp(job, x86);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains("linux/amd64 by x86-1", run);
        jenkins.assertLogContains("linux/arm64 by arm-1", run);
        jenkins.assertLogContains(
                "linux/arm64 on agent 'arm-1' (chosen by the label 'arm64' of agents) with builder", run);
        jenkins.assertLogContains("linux/amd64 on agent 'x86-1' (the agent that the step runs on) with builder", run);
        assertPublished();
        assertEquals(Set.of("linux/amd64", "linux/arm64"), branches(run));
    }

    @Test
    void globalSettingsChooseTheAgents() throws Exception {
        MultiArchBuildConfiguration.get()
                .setAgents(List.of(new PlatformAgent("aarch64", "arm64"), new PlatformAgent("*", "x86")));
        WorkflowJob job = job("node('x86') { stash 'source' }\nmultiArchBuild(%s, stash: 'source')");
        RigJenkins.writeApp(job, x86);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains(
                "linux/arm64 on agent 'arm-1' (chosen by the label 'arm64' of the global settings)", run);
        jenkins.assertLogContains("linux/amd64 on agent 'x86-1'", run);
        assertPublished();
    }

    @Test
    void ownAgentsWinOverTheGlobalSettings() throws Exception {
        MultiArchBuildConfiguration.get().setAgents(List.of(new PlatformAgent("*", "nobody")));
        WorkflowJob job =
                job("node('x86') { stash 'source' }\nmultiArchBuild(%s, stash: 'source', agents: ['*': 'arm64'])");
        RigJenkins.writeApp(job, x86);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains("linux/amd64, linux/arm64 on agent 'arm-1'", run);
        assertPublished();
    }

    @Test
    void noAgentAtAllIsAClearError() throws Exception {
        WorkflowRun run =
                jenkins.buildAndAssertStatus(Result.FAILURE, job("multiArchBuild(%s, agents: [amd64: 'x86'])"));
        jenkins.assertLogContains("ERROR: No agent for linux/arm64: call multiArchBuild inside node { }", run);

        run = jenkins.buildAndAssertStatus(Result.FAILURE, job("multiArchBuild(%s, agents: ['*': 'a &&'])"));
        jenkins.assertLogContains("ERROR: agents: 'a &&' for linux/amd64 is not a label expression.", run);

        run = jenkins.buildAndAssertStatus(Result.FAILURE, job("multiArchBuild(%s, agents: ['*': 'x86'])"));
        jenkins.assertLogContains("ERROR: No source to build from: this job has no SCM.", run);
    }

    @Test
    void otherAgentsGetTheContextAsItIs() throws Exception {
        WorkflowJob job = job("""
                node('x86') {
                    sh 'mkdir -p app/empty app/skipped && ln -sf script.sh app/link && printf "#!/bin/busybox sh\\n" > app/script.sh'
                    sh 'chmod 750 app/script.sh && echo skipped > .dockerignore && echo x > app/skipped/x && mv .dockerignore Dockerfile busybox-* app/'
                    writeFile file: 'app/new', text: "not in the builder's cache: ${new Random().nextLong()}"
                    writeFile file: 'app/Dockerfile', text: readFile('app/Dockerfile') +
                        'COPY . /all\\nRUN ["/bin/busybox", "ls", "-lR", "/all"]\\n'
                    multiArchBuild(%s, context: 'app', agents: ['*': 'arm64'])
                }
                """);
        RigJenkins.writeApp(job, x86);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        String log = JenkinsRule.getLog(run);
        assertTrue(log.contains("Packed the source for other agents"), log);
        assertTrue(log.matches("(?s).*-rwxr-x---.*script\\.sh.*"), log);
        assertTrue(log.matches("(?s).*link -> script\\.sh.*"), log);
        assertTrue(log.matches("(?s).*drwx.* empty.*"), log);
        assertFalse(log.matches("(?s).*/all/skipped.*"), log);
        String[] packed = new File(run.getRootDir(), "multi-arch-build").list();
        assertEquals(0, packed.length, "the packed source is removed");
        FilePath temporary = arm.getWorkspaceFor(job).sibling(job.getName() + "@tmp");
        assertTrue(temporary.listDirectories().stream()
                .noneMatch(left -> left.getName().startsWith("multi-arch")));
    }

    @Test
    void failureWithoutFailFastListsEveryOutcome() throws Exception {
        WorkflowJob job = job("node('x86') { writeFile file: 'Fails', text: 'FROM scratch\\nCOPY nothing-there /\\n'\n"
                + "multiArchBuild(%s, agents: ['arm64': 'arm64'], failFast: false, dockerfiles: [arm64: 'Fails']) }");
        RigJenkins.writeApp(job, x86);

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        jenkins.assertLogContains("ERROR: Nothing is published.", run);
        jenkins.assertLogContains("  linux/amd64 was built: [linux/amd64 " + Rig.REGISTRY, run);
        jenkins.assertLogContains("  linux/arm64 failed: On agent 'arm-1': The build of linux/arm64 failed.", run);
        String page = jenkins.createWebClient()
                .getPage(run, "multi-arch-images/")
                .asNormalizedText()
                .replaceAll("\\s+", " ");
        assertTrue(
                page.matches(
                        ".*Not published: the step failed .* linux/amd64 \\(native\\) [0-9a-f:sh]+\\S* x86-1 .* linux/arm64.*"),
                page);
        assertFalse(Rig.digest(repository, "1.0").isPresent());
    }

    /** A tag that has moved is not denied. */
    @Test
    void failureToPublishIsNotAGroupsFailure() throws Exception {
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.fail(
                    Integer.MAX_VALUE,
                    "PUT .*/manifests/2\\.0$",
                    FaultyRegistry.status(
                            400, "{\"errors\":[{\"code\":\"TAG_INVALID\",\"message\":\"no more tags\"}]}"));
            WorkflowJob job = RigJenkins.job(
                    jenkins,
                    ("node('x86') { multiArchBuild(platforms: 'linux/amd64,linux/arm64', builder: '%1$s', failFast: false,"
                                    + " baseTags: ['%2$s/%3$s:1.0', '%2$s/%3$s:2.0'], agents: ['arm64': 'arm64'],"
                                    + " credentialsId: 'registry-push') }")
                            .formatted(Rig.REMOTE_BUILDER, registry.host(), repository));
            RigJenkins.writeApp(job, x86);

            WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

            jenkins.assertLogContains(":1.0 has moved", run);
            jenkins.assertLogNotContains("Nothing is published.", run);
            jenkins.assertLogNotContains("failed: ", run);
        }
    }

    @Test
    void urlContextNeedsNoSource() throws Exception {
        Path app = Files.createDirectory(directory.resolve("app"));
        Rig.writeApp(app);
        Path archive = directory.resolve("app.tar.gz");
        assertEquals(
                0,
                new ProcessBuilder("tar", "-czf", archive.toString(), "-C", app.toString(), ".")
                        .start()
                        .waitFor());
        byte[] content = Files.readAllBytes(archive);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/app.tar.gz", exchange -> {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, head ? -1 : content.length);
            if (!head) {
                exchange.getResponseBody().write(content);
            }
            exchange.close();
        });
        server.start();
        try {
            jenkins.buildAndAssertSuccess(job("multiArchBuild(%s, agents: ['*': 'arm64'], context: 'http://127.0.0.1:"
                    + server.getAddress().getPort() + "/app.tar.gz')"));
        } finally {
            server.stop(0);
        }
        assertPublished();
    }

    /** If the controller was killed before that, it would do a task again that needs what is gone. */
    @Test
    void nothingIsRemovedWhilePipelineSavesItsProgram() throws Exception {
        WorkflowJob job = job("node('x86') { multiArchBuild(%s) }");
        job.setDefinition(new CpsFlowDefinition(
                "def witness = new " + Witness.class.getName().replace('$', '.') + "()\n"
                        + ((CpsFlowDefinition) job.getDefinition()).getScript(),
                false));
        FilePath workspace = RigJenkins.writeApp(job, x86);
        Witness.directories = WorkspaceList.tempDir(workspace);
        Witness.seen = 0;
        Witness.removed = false;

        jenkins.buildAndAssertSuccess(job);

        assertTrue(Witness.seen > 0, "saved while there was a directory");
        assertFalse(Witness.removed, "the directory is removed while the program is being saved");
    }

    /** A value of a Pipeline that takes its time to be saved, as on a busy machine. */
    public static final class Witness implements Serializable {

        private static final long serialVersionUID = 1L;

        private static FilePath directories;
        private static int seen;
        private static boolean removed;

        private void writeObject(ObjectOutputStream output) throws IOException {
            try {
                if (isThere()) {
                    seen++;
                    // longer than it takes to remove it
                    Thread.sleep(500);
                    removed |= !isThere();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        private static boolean isThere() throws IOException, InterruptedException {
            return directories.list().stream().anyMatch(file -> file.getName().startsWith(Agent.DIRECTORY_PREFIX));
        }
    }

    private WorkflowJob job(String script) throws Exception {
        return RigJenkins.job(
                jenkins,
                script.replace(
                        "%s",
                        "platforms: 'amd64 arm64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push'"
                                .formatted(RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER)));
    }

    private void assertPublished() throws Exception {
        assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(repository, "1.0")));
        assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.0")));
    }

    private static Set<String> branches(WorkflowRun run) {
        return new DepthFirstScanner()
                .allNodes(run.getExecution()).stream()
                        .map(node -> node.getAction(ThreadNameAction.class))
                        .filter(action -> action != null)
                        .map(ThreadNameAction::getThreadName)
                        .collect(Collectors.toSet());
    }
}
