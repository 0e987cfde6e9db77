package io.jenkins.plugins.multiarchbuild.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.BaseStandardCredentials;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.util.Map;
import jenkins.authentication.tokens.api.AuthenticationTokenException;
import jenkins.authentication.tokens.api.AuthenticationTokenSource;
import org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryToken;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Credentials of a kind that only another plugin can make a registry login of, as for the registries of clouds. */
@WithJenkins
class CloudCredentialsTest {

    @Test
    void otherPluginsKindsOfCredentialsBecomeLogins(JenkinsRule jenkins) throws Exception {
        SystemCredentialsProvider.getInstance().getCredentials().add(new CloudCredentials("cloud"));
        SystemCredentialsProvider.getInstance().getCredentials().add(new CloudCredentials("expired"));
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("", true));
        Run<?, ?> run = jenkins.buildAndAssertSuccess(job);

        RegistryLogins.check(run, Map.of("r.example", "cloud"));
        assertEquals(Map.of("r.example", "token-of-cloud"), RegistryLogins.resolve(run, Map.of("r.example", "cloud")));

        var error = assertThrows(
                InvalidRequestException.class, () -> RegistryLogins.resolve(run, Map.of("r.example", "expired")));
        assertEquals("The credentials 'expired' could not be made into a login for r.example.", error.getMessage());
        // no kind that could be a build secret
        assertTrue(assertThrows(InvalidRequestException.class, () -> SecretCredentials.check(run, Map.of("x", "cloud")))
                .getMessage()
                .startsWith("No credentials 'cloud' for the secret 'x'."));
    }

    /** Holds nothing: its plugin asks a cloud. */
    public static final class CloudCredentials extends BaseStandardCredentials {

        private static final long serialVersionUID = 1L;

        CloudCredentials(String id) {
            super(CredentialsScope.GLOBAL, id, null);
        }

        @TestExtension
        public static final class DescriptorImpl extends BaseStandardCredentialsDescriptor {}
    }

    @TestExtension
    public static final class CloudTokenSource
            extends AuthenticationTokenSource<DockerRegistryToken, CloudCredentials> {

        public CloudTokenSource() {
            super(DockerRegistryToken.class, CloudCredentials.class);
        }

        @Override
        public DockerRegistryToken convert(CloudCredentials credentials) throws AuthenticationTokenException {
            if (credentials.getId().equals("expired")) {
                throw new AuthenticationTokenException("the cloud does not know you any more");
            }
            return new DockerRegistryToken("nobody@example.com", "token-of-" + credentials.getId());
        }
    }
}
