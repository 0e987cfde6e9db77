package io.jenkins.plugins.multiarchbuild.credentials;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.BaseStandardCredentials;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.FaultyRegistry;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import jenkins.authentication.tokens.api.AuthenticationTokenSource;
import org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryToken;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A login that is no longer accepted when the image is published. */
@NeedsRig
@WithJenkins
class ExpiringLoginTest {

    private static final AtomicInteger LOGINS = new AtomicInteger();

    private final String repository = RigJenkins.newRepository();

    @Test
    void refusedLoginIsResolvedOnceMore(JenkinsRule jenkins) throws Exception {
        LOGINS.set(0);
        DumbSlave agent = RigJenkins.onlyAgent(jenkins);
        SystemCredentialsProvider.getInstance().getCredentials().add(new ExpiringCredentials());
        WorkflowJob job = RigJenkins.job(jenkins, """
                node {
                    multiArchBuild(platforms: 'amd64 arm64', baseTags: '%s', builder: '%s', credentialsId: 'expiring')
                }
                """.formatted(RigJenkins.tag(repository, "1"), Rig.REMOTE_BUILDER));
        RigJenkins.writeApp(job, agent);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains("refused the login. Asking Jenkins for the credentials again.", run);
        assertTrue(Rig.digest(repository, "1").isPresent());
    }

    /** A new login has the same rights. */
    @Test
    void refusedAccessIsFinal(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = RigJenkins.onlyAgent(jenkins);
        try (FaultyRegistry registry = new FaultyRegistry()) {
            registry.fail(
                    Integer.MAX_VALUE,
                    "PUT .*/manifests/1$",
                    FaultyRegistry.status(403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"not yours\"}]}"));
            WorkflowJob job = RigJenkins.job(jenkins, """
                    node {
                        multiArchBuild(platforms: 'amd64', baseTags: '%s/%s:1', builder: '%s', credentialsId: 'registry-push')
                    }
                    """.formatted(registry.host(), repository, Rig.REMOTE_BUILDER));
            RigJenkins.writeApp(job, agent);

            WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

            jenkins.assertLogContains("refused access: the login may not read or push this repository.", run);
            jenkins.assertLogNotContains("Asking Jenkins for the credentials again", run);
        }
    }

    /** Holds nothing: its token is made when it is asked for. */
    public static final class ExpiringCredentials extends BaseStandardCredentials {

        private static final long serialVersionUID = 1L;

        ExpiringCredentials() {
            super(CredentialsScope.GLOBAL, "expiring", null);
        }

        @TestExtension
        public static final class DescriptorImpl extends BaseStandardCredentialsDescriptor {}
    }

    /** The second token, the one for publishing, has expired on its way. */
    @TestExtension
    public static final class Tokens extends AuthenticationTokenSource<DockerRegistryToken, ExpiringCredentials> {

        public Tokens() {
            super(DockerRegistryToken.class, ExpiringCredentials.class);
        }

        @Override
        public DockerRegistryToken convert(ExpiringCredentials credentials) {
            String password = LOGINS.incrementAndGet() == 2 ? "expired" : Rig.PASSWORD;
            String login = Rig.USERNAME + ":" + password;
            return new DockerRegistryToken(
                    "nobody@example.com", Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
