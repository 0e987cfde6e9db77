package io.jenkins.plugins.multiarchbuild.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.ClassicEngine;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The step with an engine of its own that has no containerd image store, and nothing in its cache. */
@NeedsRig
class ClassicEngineTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static DumbSlave agent;

    private final String repository = RigJenkins.newRepository();
    private final String tag = RigJenkins.tag(repository, "1.0");
    private ClassicEngine engine;

    @BeforeAll
    static void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
    }

    @BeforeEach
    void start() throws Exception {
        engine = new ClassicEngine();
    }

    @AfterEach
    void stop() throws Exception {
        engine.close();
    }

    @Test
    void platformsArePublishedUnderArchTagsToo() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertSuccess(job(
                "archTags: 'uname', baseTags: ['" + tag + "', '" + RigJenkins.tag(repository + "/copy", "1.0") + "']"));

        jenkins.assertLogContains(
                "with builder 'default' (driver docker, without the containerd image store): its driver cannot push by digest",
                run);
        for (String published : new String[] {repository, repository + "/copy"}) {
            assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(published, "1.0")));
            assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(published, "1.0")));
            assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(published, "1.0-x86_64")));
            assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(published, "1.0-aarch64")));
        }
    }

    @Test
    void whatItCannotMakeIsRefusedBeforeAnythingIsPushed() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(
                Result.FAILURE, job("provenance: 'mode=max', sbom: true, baseTags: '" + tag + "'"));

        jenkins.assertLogContains(
                "ERROR: On agent 'slave0': The builder 'default' (driver docker, without the containerd image store) cannot do provenance and sbom."
                        + " Leave that out",
                run);
        run = jenkins.buildAndAssertStatus(Result.FAILURE, job("cache: true, baseTags: '" + tag + "'"));
        jenkins.assertLogContains(
                "ERROR: On agent 'slave0': cache: the builder 'default' (driver docker, without the containerd image store)"
                        + " cannot write a cache to a registry. Leave out cache, name another builder",
                run);
        run = jenkins.buildAndAssertStatus(Result.FAILURE, job("push: false, archive: 'app.tar'"));
        jenkins.assertLogContains(
                "ERROR: On agent 'slave0': archive: the builder 'default' (driver docker, without the containerd image store)"
                        + " cannot write images into files. Leave out archive, name another builder",
                run);
        assertFalse(Rig.manifest(repository, "1.0-amd64").isPresent());
        assertFalse(Rig.manifest(repository, "1.0").isPresent());
    }

    @Test
    void cacheOfAnotherBuilderSavesAnEmptyOneTheWork() throws Exception {
        String cache = RigJenkins.tag(repository, "cache");
        String random = """
                writeFile file: 'Dockerfile', text: '''FROM scratch
                ARG TARGETARCH
                COPY busybox-$TARGETARCH /bin/busybox
                RUN ["/bin/busybox", "sh", "-c", "/bin/busybox cat /proc/sys/kernel/random/uuid > /random"]
                CMD ["/bin/busybox", "cat", "/random"]
                '''
                """;
        String elsewhere = RigJenkins.tag(repository, "elsewhere");
        WorkflowJob first =
                RigJenkins.job(jenkins, "node {" + random + """
                multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', builder: '%s', credentialsId: 'registry-push',
                               cacheTo: 'type=registry,mode=max,ref=%s')
                }""".formatted(elsewhere, Rig.REMOTE_BUILDER, cache));
        RigJenkins.writeApp(first, agent);
        jenkins.buildAndAssertSuccess(first);

        WorkflowJob job = job(random, "cacheFrom: '" + cache + "', baseTags: '" + tag + "'");
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains(" cached", run);
        for (String platform : new String[] {"linux/amd64", "linux/arm64"}) {
            assertEquals(Rig.run(platform, elsewhere), Rig.run(platform, tag));
        }
    }

    private WorkflowJob job(String parameters) throws Exception {
        return job("", parameters);
    }

    private WorkflowJob job(String before, String parameters) throws Exception {
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node { withEnv(['DOCKER_HOST=" + engine.host() + "']) {\n" + before
                        + "multiArchBuild(platforms: 'amd64 arm64', builder: 'default', credentialsId: 'registry-push', "
                        + parameters + ")\n} }");
        RigJenkins.writeApp(job, agent);
        return job;
    }
}
