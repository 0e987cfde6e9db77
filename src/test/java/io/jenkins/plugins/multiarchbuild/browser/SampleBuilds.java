package io.jenkins.plugins.multiarchbuild.browser;

import hudson.FilePath;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Item;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.UUID;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** A farm of two agents with a job whose builds a browser looks at, and users who may do more or less. */
final class SampleBuilds {

    static final String JOB = "app";
    static final String ADMINISTRATOR = "administrator";
    static final String READER = "reader";

    /** May log in, and see no job. */
    static final String STRANGER = "stranger";

    private static final String DOCKERFILE = """
            FROM scratch AS tools
            ARG TARGETARCH
            COPY busybox-$TARGETARCH /bin/busybox
            RUN ["/bin/busybox", "--install", "/bin"]
            FROM tools AS build
            COPY source.txt /src/
            RUN for i in $(/bin/seq %d); do /bin/sha512sum /bin/busybox; done >/sums
            RUN /bin/gzip </sums >/app.gz && : %s
            RUN test $(/bin/wc -l </sums) -eq %d
            FROM tools
            COPY --from=build /app.gz /
            CMD ["/bin/uname", "-m"]
            """;

    private final JenkinsRule jenkins;
    private final String repository;
    private final int work;

    /**
     * @param repository of the images, which nobody else uses
     * @param work how often the image's steps read a file, which is more work where they are emulated
     */
    SampleBuilds(JenkinsRule jenkins, String repository, int work) {
        this.jenkins = jenkins;
        this.repository = repository;
        this.work = work;
    }

    /** Creates users, agents and the job. */
    void prepare() throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to(ADMINISTRATOR)
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to(READER)
                .grant(Jenkins.READ)
                .everywhere()
                .to(STRANGER));
        jenkins.jenkins.setNumExecutors(0);
        RigJenkins.addCredentials();
        jenkins.waitOnline(jenkins.createSlave("builder-1", "x86 docker", null));
        jenkins.waitOnline(jenkins.createSlave("builder-2", "arm64 docker", null));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, JOB);
        job.setDefinition(new CpsFlowDefinition(
                """
                node('x86') {
                    multiArchBuild platforms: ['linux/amd64', 'linux/arm64'],
                                   agents: ['linux/arm64': 'arm64'],
                                   baseTags: ["%1$s:1.${env.BUILD_NUMBER}", '%1$s:latest'],
                                   builder: '%2$s',
                                   smokeTest: '/bin/true',
                                   credentialsId: '%3$s'
                }
                """.formatted(Rig.REGISTRY + "/" + repository, Rig.REMOTE_BUILDER, RigJenkins.CREDENTIALS), true));
    }

    /** Builds an image and publishes it. */
    WorkflowRun publish() throws Exception {
        writeSource(work);
        return build(Result.SUCCESS);
    }

    /** Builds an image whose last step but one fails. */
    WorkflowRun fail() throws Exception {
        writeSource(work + 1);
        return build(Result.FAILURE);
    }

    /** With a cause, as every build outside of tests has one and the new build page shows it. */
    private WorkflowRun build(Result expected) throws Exception {
        CauseAction cause = new CauseAction(new Cause.UserIdCause(ADMINISTRATOR));
        return jenkins.assertBuildStatus(expected, job().scheduleBuild2(0, cause));
    }

    private WorkflowJob job() {
        return jenkins.jenkins.getItemByFullName(JOB, WorkflowJob.class);
    }

    private void writeSource(int expected) throws Exception {
        FilePath workspace = RigJenkins.writeApp(job(), agent());
        workspace.child("source.txt").write("source", "UTF-8");
        // what is different in each build is not from the cache
        workspace.child("Dockerfile").write(DOCKERFILE.formatted(work, UUID.randomUUID(), expected), "UTF-8");
    }

    private DumbSlave agent() {
        return (DumbSlave) jenkins.jenkins.getNode("builder-1");
    }
}
