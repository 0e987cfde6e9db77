package io.jenkins.plugins.multiarchbuild.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** Secrets in what everybody can read, and secrets that cannot be had, are noticed before any agent is used. */
class SecretWarningTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    @Test
    void boundSecretInBuildArgsAndLabelsIsNoticed() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "token", null, Secret.fromString("s3cret")));
        String log = fail("""
                withCredentials([string(credentialsId: 'token', variable: 'T')]) { withEnv(['OPEN=yes']) {
                    multiArchBuild(platforms: 'amd64', baseTags: 'app:1', buildArgs: [NPM: T, VERSION: OPEN],
                                   labels: [url: "https://$T@example.com", other: 'x'])
                } }
                """);
        List<String> warnings =
                log.lines().filter(line -> line.contains("WARNING")).toList();
        assertEquals(2, warnings.size(), log);
        assertTrue(warnings.get(0).startsWith("[multiArchBuild] WARNING: buildArgs 'NPM' holds a secret"), log);
        assertTrue(warnings.get(0).contains("secrets: [NPM: 'credentials-id']"), log);
        assertTrue(warnings.get(1).startsWith("[multiArchBuild] WARNING: labels 'url' holds a secret"), log);
    }

    @Test
    void secretsThatCannotBeHadAreOneClearLine() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        for (String[] line : List.of(
                new String[] {"secrets: [npm: 'nobody']", "ERROR: No credentials 'nobody' for the secret 'npm'."},
                new String[] {"secrets: ['a b': 'nobody']", "ERROR: secrets: 'a b' is not an id."},
                new String[] {"secrets: 'npm'", "ERROR: secrets: the line 'npm' is not written as name=value."},
                new String[] {"ssh: [default: 'nobody']", "ERROR: No credentials 'nobody' for ssh."},
                new String[] {"ssh: ['a=b': 'nobody']", "ERROR: ssh: 'a=b' is not an id."},
                new String[] {
                    "registries: [[url: 'r.example', credentialsId: 'nobody']]",
                    "ERROR: No credentials 'nobody' for the registry r.example."
                },
                new String[] {"registries: ['r.example']", "ERROR: registries: 'r.example' is not understood."})) {
            String log = fail("multiArchBuild(platforms: 'amd64', baseTags: 'app:1', " + line[0] + ")");
            assertTrue(log.contains(line[1]), log);
        }
    }

    private static String fail(String script) throws Exception {
        return JenkinsRule.getLog(jenkins.buildAndAssertStatus(Result.FAILURE, RigJenkins.job(jenkins, script)));
    }
}
