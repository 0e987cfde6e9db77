package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.EnvironmentContributor;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.TaskListener;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the parameters on contexts, cache, base images and the network do to the image, which prints its file out. */
@NeedsRig
class FetchingTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static DumbSlave agent;

    private static final String APP = """
            FROM scratch
            ARG TARGETARCH
            COPY busybox-$TARGETARCH /bin/busybox
            CMD ["/bin/busybox", "cat", "/out"]
            """;

    private final String repository = RigJenkins.newRepository();
    private final String tag = RigJenkins.tag(repository, "1.0");
    private WorkflowJob job;
    private FilePath workspace;

    @BeforeAll
    static void farm() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        agent = jenkins.createSlave("builder-1", "docker", null);
        jenkins.waitOnline(agent);
        RigJenkins.addCredentials();
    }

    @BeforeEach
    void source() throws Exception {
        job = RigJenkins.job(jenkins, "");
        workspace = RigJenkins.writeApp(job, agent);
    }

    @Test
    void directoryAndImageAreContexts() throws Exception {
        dockerfile(run("echo a base image > /out"));
        build("platforms: 'amd64'", tag);
        workspace.child("ctx $${x}").mkdirs();
        workspace.child("ctx $${x}/file").write("a directory", "UTF-8");
        dockerfile("FROM base\nCOPY --from=more file /more\n" + run("cat /more >> /out"));

        build(
                "platforms: 'amd64', buildContexts: [base: 'docker-image://" + tag + "', more: 'ctx $${x}']",
                RigJenkins.tag(repository, "2.0"));

        assertEquals("a base image\na directory", Rig.run("linux/amd64", RigJenkins.tag(repository, "2.0")));
    }

    @Test
    void directoriesGoToOtherAgents() throws Exception {
        jenkins.waitOnline(jenkins.createSlave("other-1", "other", null));
        workspace.child("more/.dockerignore").write("skipped", "UTF-8");
        workspace.child("more/skipped").write("x", "UTF-8");
        workspace.child("more/file").write("a directory", "UTF-8");
        workspace.child("app").mkdirs();
        for (FilePath file : workspace.list("busybox-*")) {
            file.renameTo(workspace.child("app/" + file.getName()));
        }
        workspace.child("app/Dockerfile").write(APP + "COPY --from=more . /more\n" + run("ls /more > /out"), "UTF-8");

        WorkflowRun run =
                build("platforms: 'amd64', context: 'app', buildContexts: [more: 'more'], agents: ['*': 'other']", tag);
        jenkins.assertLogContains("on agent 'other-1'", run);
        assertEquals("file", Rig.run("linux/amd64", tag));

        run = fail("platforms: 'amd64', context: 'app', buildContexts: [more: '../more'], agents: ['*': 'other']");
        jenkins.assertLogContains("ERROR: '../more' is outside of the workspace on agent 'builder-1'", run);
        run = fail("platforms: 'amd64', context: 'app', buildContexts: [more: 'gone']");
        jenkins.assertLogContains("ERROR: buildContexts: there is no directory 'gone' for 'more' in ", run);
    }

    @Test
    void cacheOfEachPlatformIsFoundAgain() throws Exception {
        dockerfile(run("cat /proc/sys/kernel/random/uuid > /out; : " + repository));
        String platforms = "platforms: 'amd64 arm64', ";
        String cache = RigJenkins.tag(repository, "cache");
        String local = workspace.child("cache").getRemote();
        build(
                platforms + "cacheTo: ['type=registry,mode=max,ref=" + cache + "', 'type=local,dest=" + local + "']",
                tag);
        for (String platform : List.of("amd64", "arm64")) {
            assertTrue(Rig.manifest(repository, "cache-" + platform).isPresent());
            assertTrue(workspace.child("cache/" + platform + "/index.json").exists());
        }
        assertFalse(Rig.manifest(repository, "cache").isPresent());

        WorkflowRun run = build(platforms + "cacheFrom: ['" + cache + "', 'type=local,src=" + local + "']", tag);

        for (String platform : List.of("amd64", "arm64")) {
            String found = cache + "-" + platform;
            jenkins.assertLogContains("linux/" + platform + "  importing cache manifest from " + found + " ... ", run);
            jenkins.assertLogNotContains(found + ": not found", run);
            jenkins.assertLogNotContains("local cache import at " + local + "/" + platform + " not found", run);
        }
        jenkins.assertLogContains(cache + ": not found", run);
        jenkins.assertLogContains(" cached", run);
    }

    @ParameterizedTest
    @MethodSource("builders")
    void sharedCacheIsForOtherBuilders(String first) throws Exception {
        String second = builders().get(first.equals(Rig.DOCKER_BUILDER) ? 1 : 0);
        dockerfile(run("cat /proc/sys/kernel/random/uuid > /out; : " + repository));
        String platforms = "platforms: 'amd64 arm64', cache: true, ";
        WorkflowRun run = build(platforms + "builder: '" + first + "'", tag);
        jenkins.assertLogContains(
                "importing cache manifest from " + RigJenkins.tag(repository, "buildcache-amd64") + ": not found", run);
        jenkins.assertLogNotContains("failed: ", run);
        String arm = Rig.run("linux/arm64", tag);

        build(platforms + "builder: '" + second + "'", RigJenkins.tag(repository, "2.0"));

        assertEquals(arm, Rig.run("linux/arm64", RigJenkins.tag(repository, "2.0")));
        build(
                "platforms: 'arm64', cache: '" + RigJenkins.tag(repository + "/other", "c") + "', builder: '" + second
                        + "', noCache: true",
                tag);
        assertNotEquals(arm, Rig.run("linux/arm64", tag));
        assertTrue(Rig.manifest(repository + "/other", "c-arm64").isPresent());
        assertFalse(Rig.manifest(repository + "/other", "c-amd64").isPresent());
    }

    @Test
    void branchReadsTheMainCacheAndWritesItsOwn() throws Exception {
        dockerfile(run("cat /proc/sys/kernel/random/uuid > /out; : " + repository));
        String cache = "platforms: 'amd64', cache: true, builder: '";
        build(cache + Rig.REMOTE_BUILDER + "'", tag);
        String main = Rig.manifest(repository, "buildcache-amd64").orElseThrow();
        String built = Rig.run("linux/amd64", tag);

        buildOf("BRANCH_NAME=develop", cache + Rig.DOCKER_BUILDER + "', push: false");
        assertFalse(Rig.manifest(repository, "buildcache-branch-develop-amd64").isPresent());
        buildOf("BRANCH_NAME=develop", cache + Rig.DOCKER_BUILDER + "'");
        assertEquals(built, Rig.run("linux/amd64", tag));

        buildOf("TAG_NAME=1.1", cache + Rig.DOCKER_BUILDER + "', noCache: true");
        assertEquals(main, Rig.manifest(repository, "buildcache-amd64").orElseThrow());
        buildOf("BRANCH_NAME=develop", cache + Rig.DOCKER_BUILDER + "', noCache: true");
        assertTrue(Rig.manifest(repository, "buildcache-branch-develop-amd64").isPresent());
        assertNotEquals(built, Rig.run("linux/amd64", tag));
        assertEquals(main, Rig.manifest(repository, "buildcache-amd64").orElseThrow());
    }

    @Test
    void noCacheRunsEveryStepAgain() throws Exception {
        dockerfile(run("cat /proc/sys/kernel/random/uuid > /out; : " + repository));
        build("platforms: 'amd64'", tag);
        String first = Rig.run("linux/amd64", tag);
        build("platforms: 'amd64'", tag);
        assertEquals(first, Rig.run("linux/amd64", tag));
        build("platforms: 'amd64', noCache: true", tag);
        assertNotEquals(first, Rig.run("linux/amd64", tag));
    }

    @Test
    void pullAsksForTheNewerBaseImage() throws Exception {
        String base = RigJenkins.tag(repository, "base");
        dockerfile(run("echo old > /out"));
        build("platforms: 'amd64'", base);
        Rig.docker("pull", base);
        dockerfile(run("echo new > /out"));
        build("platforms: 'amd64', builder: '" + Rig.REMOTE_BUILDER + "'", base);
        dockerfile("FROM " + base + "\n");
        String onEngine = "platforms: 'amd64', builder: '" + Rig.DOCKER_BUILDER + "'";

        build(onEngine, tag);
        assertEquals("old", Rig.run("linux/amd64", tag), "the engine has an image of that name");
        build(onEngine + ", pull: true", tag);
        assertEquals("new", Rig.run("linux/amd64", tag));
    }

    static List<String> builders() {
        return List.of(Rig.DOCKER_BUILDER, Rig.REMOTE_BUILDER);
    }

    @ParameterizedTest
    @MethodSource("builders")
    void networkIsWhatRunReaches(String builder) throws Exception {
        dockerfile(run("cat /proc/net/dev > /out"));
        String parameters = "platforms: 'amd64', noCache: true, builder: '" + builder + "', network: ";

        build(parameters + "'none'", tag);
        assertEquals(List.of("lo"), interfaces());
        build(parameters + "'default'", tag);
        assertTrue(interfaces().contains("eth0"), "one of its own");
        // Containers of other tests come and go, and their interfaces with them
        Set<String> ofHost = interfacesOfHost();
        build(parameters + "'host'", tag);
        ofHost.retainAll(interfacesOfHost());
        assertTrue(ofHost.size() > 2, "more than lo and eth0: " + ofHost);
        assertTrue(interfaces().containsAll(ofHost), ofHost + " and " + interfaces());
    }

    private static Set<String> interfacesOfHost() throws Exception {
        return NetworkInterface.networkInterfaces()
                .map(NetworkInterface::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> interfaces() throws Exception {
        return Rig.run("linux/amd64", tag)
                .lines()
                .filter(line -> line.contains(":"))
                .map(line -> line.substring(0, line.indexOf(':')).trim())
                .toList();
    }

    private static String run(String script) {
        return "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"" + script.replaceAll("\\b(cat|ls) ", "/bin/busybox $1 ")
                + "\"]\n";
    }

    private void dockerfile(String lines) throws Exception {
        workspace.child("Dockerfile").write(lines.startsWith("FROM") ? lines : APP + lines, "UTF-8");
    }

    private WorkflowRun build(String parameters, String image) throws Exception {
        define(parameters, image);
        return jenkins.buildAndAssertSuccess(job);
    }

    /** Builds as in a multibranch Pipeline that sets a variable; what the script sets does not count. */
    private void buildOf(String variable, String parameters) throws Exception {
        EnvironmentContributor multibranch = new EnvironmentContributor() {
            @Override
            public void buildEnvironmentFor(Job project, EnvVars environment, TaskListener listener) {
                environment.addLine(variable);
            }
        };
        jenkins.jenkins.getExtensionList(EnvironmentContributor.class).add(multibranch);
        try {
            job.setDefinition(new CpsFlowDefinition(
                    "node('docker') { withEnv(['TAG_NAME=', 'BRANCH_NAME=main', 'BRANCH_IS_PRIMARY=true']) {"
                            + " multiArchBuild(" + parameters + ", baseTags: '" + tag
                            + "', provenance: false, credentialsId: 'registry-push') } }",
                    true));
            jenkins.buildAndAssertSuccess(job);
        } finally {
            jenkins.jenkins.getExtensionList(EnvironmentContributor.class).remove(multibranch);
        }
    }

    private WorkflowRun fail(String parameters) throws Exception {
        define(parameters, tag);
        return jenkins.buildAndAssertStatus(Result.FAILURE, job);
    }

    private void define(String parameters, String image) throws Exception {
        String builder = parameters.contains("builder:") ? "" : ", builder: '" + Rig.REMOTE_BUILDER + "'";
        job.setDefinition(new CpsFlowDefinition(
                "node('docker') { multiArchBuild(" + parameters + builder + ", baseTags: '" + image
                        + "', provenance: false, credentialsId: 'registry-push') }",
                true));
    }
}
