package io.jenkins.plugins.multiarchbuild.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsParameterDefinition;
import com.cloudbees.plugins.credentials.CredentialsParameterValue;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.DomainSpecification;
import com.cloudbees.plugins.credentials.domains.HostnamePortSpecification;
import com.cloudbees.plugins.credentials.domains.HostnameSpecification;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Item;
import hudson.model.ModelObject;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Run;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerConfig;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;

/** Which credentials a build may use, and that those that it may not use do not seem to exist. */
class CredentialsAccessTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String PASSWORD = "sésame:ouvre-toi";

    @Test
    void folderKeepsItsCredentials() throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "team");
        add(folder, Domain.global(), newCredentials("team-push"));
        assertUsable(build(folder.createProject(WorkflowJob.class, "inside")), "r.example", "team-push");
        assertNotFound(build(jenkins.createProject(WorkflowJob.class)), "r.example", "team-push");
    }

    @Test
    void domainKeepsCredentialsForItsRegistries() throws Exception {
        addDomain("good", new HostnameSpecification("*.good.example", "bad.good.example"));
        addDomain("port", new HostnamePortSpecification("r.example:5000", null));
        addDomain("hub", new HostnameSpecification("docker.io", null));
        addDomain("old-hub", new HostnameSpecification("index.docker.io", null));
        Run<?, ?> run = build(jenkins.createProject(WorkflowJob.class));
        assertUsable(run, "r.good.example", "good");
        assertUsable(run, "r.good.example:5000", "good");
        assertNotFound(run, "bad.good.example", "good");
        assertNotFound(run, "r.example", "good");
        assertUsable(run, "r.example:5000", "port");
        assertNotFound(run, "r.example:5001", "port");
        assertUsable(run, "docker.io", "hub");
        assertUsable(run, "docker.io", "old-hub");
        assertNotFound(run, "r.example", "hub");
    }

    @Test
    void userLendsCredentialsToTheBuildThatHeTriggers() throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        User alice = User.getById("alice", true);
        try (ACLContext context = ACL.as(alice)) {
            add(alice, Domain.global(), newCredentials("alice-push", CredentialsScope.USER));
        }
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("", true));
        job.addProperty(new ParametersDefinitionProperty(
                new CredentialsParameterDefinition("PUSH", null, null, StandardCredentials.class.getName(), true)));
        assertUsable(triggeredBy("alice", job), "r.example", "${PUSH}");
        assertNotFound(triggeredBy("bob", job), "r.example", "${PUSH}");
        assertNotFound(triggeredBy("alice", job), "r.example", "alice-push");
    }

    @Test
    void buildThatRunsAsAUserHasWhatTheUserMayUse() throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Item.BUILD)
                .everywhere()
                .toEveryone()
                .grant(CredentialsProvider.USE_ITEM)
                .everywhere()
                .to("alice"));
        addDomain("farm-push");
        WorkflowJob ofAlice = jenkins.createProject(WorkflowJob.class, "of-alice");
        WorkflowJob ofBob = jenkins.createProject(WorkflowJob.class, "of-bob");
        QueueItemAuthenticatorConfiguration.get()
                .getAuthenticators()
                .add(new MockQueueItemAuthenticator()
                        .authenticate("of-alice", User.getById("alice", true).impersonate2())
                        .authenticate("of-bob", User.getById("bob", true).impersonate2()));
        assertUsable(build(ofAlice), "r.example", "farm-push");
        assertNotFound(build(ofBob), "r.example", "farm-push");
    }

    private Run<?, ?> build(WorkflowJob job) throws Exception {
        job.setDefinition(new CpsFlowDefinition("", true));
        return jenkins.buildAndAssertSuccess(job);
    }

    private Run<?, ?> triggeredBy(String user, WorkflowJob job) throws Exception {
        ParametersAction parameters =
                new ParametersAction(new CredentialsParameterValue("PUSH", "alice-push", null, false));
        return jenkins.assertBuildStatusSuccess(
                job.scheduleBuild2(0, new CauseAction(new Cause.UserIdCause(user)), parameters));
    }

    private static void assertUsable(Run<?, ?> run, String registry, String id) {
        RegistryLogins.check(run, Map.of(registry, id));
        assertEquals(
                Map.of(registry, DockerConfig.auth("me", PASSWORD)), RegistryLogins.resolve(run, Map.of(registry, id)));
    }

    /** The same words as for an id that nobody has. */
    private static void assertNotFound(Run<?, ?> run, String registry, String id) {
        for (String asked : List.of(id, "nobody-has-this")) {
            var error = assertThrows(
                    InvalidRequestException.class, () -> RegistryLogins.check(run, Map.of(registry, asked)));
            assertEquals(
                    "No credentials '" + asked + "' for the registry " + registry
                            + ". Check the id, its kind (for example"
                            + " username with password), its domain, and that this job may use it.",
                    error.getMessage());
        }
    }

    private void addDomain(String id, DomainSpecification... specifications) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getDomainCredentialsMap()
                .put(new Domain(id, null, List.of(specifications)), List.of(newCredentials(id)));
    }

    private static void add(ModelObject owner, Domain domain, Credentials credentials) throws Exception {
        CredentialsProvider.lookupStores(owner).iterator().next().addCredentials(domain, credentials);
    }

    private static Credentials newCredentials(String id) throws Exception {
        return newCredentials(id, CredentialsScope.GLOBAL);
    }

    private static Credentials newCredentials(String id, CredentialsScope scope) throws Exception {
        return new UsernamePasswordCredentialsImpl(scope, id, null, "me", PASSWORD);
    }
}
