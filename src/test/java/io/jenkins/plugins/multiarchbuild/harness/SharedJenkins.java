package io.jenkins.plugins.multiarchbuild.harness;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import hudson.model.Node;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.AuthorizationStrategy;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.multiarchbuild.configuration.BuilderEntry;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.configuration.PlatformAgent;
import io.jenkins.plugins.multiarchbuild.configuration.RegistryCredentials;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import jenkins.security.QueueItemAuthenticator;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.runner.Description;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * One Jenkins for all tests of a class, to be registered as a static extension; each start of a Jenkins takes seconds.
 *
 * <p>After each test, agents, credentials and settings are again what they were before it. Jobs stay, so that no job
 * ever gets the workspace of another; a job whose name matters needs one that no other test of the class uses.
 */
public final class SharedJenkins extends JenkinsRule
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private ACLContext system;
    private AutoCloseable restore;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        testDescription = Description.createSuiteDescription(context.getRequiredTestClass());
        try {
            before();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        // so that test code may do everything
        system = ACL.as2(ACL.SYSTEM2);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        int executors = jenkins.getNumExecutors();
        List<Node> nodes = jenkins.getNodes();
        SecurityRealm realm = jenkins.getSecurityRealm();
        AuthorizationStrategy strategy = jenkins.getAuthorizationStrategy();
        List<QueueItemAuthenticator> authenticators = List.copyOf(
                QueueItemAuthenticatorConfiguration.get().getAuthenticators().toList());
        Map<Domain, List<Credentials>> credentials = new HashMap<>();
        SystemCredentialsProvider.getInstance()
                .getDomainCredentialsMap()
                .forEach((domain, list) -> credentials.put(domain, List.copyOf(list)));
        MultiArchBuildConfiguration settings = MultiArchBuildConfiguration.get();
        List<PlatformAgent> agents = settings.getAgents();
        List<RegistryCredentials> registries = settings.getRegistries();
        List<BuilderEntry> builders = settings.getBuilders();
        boolean verifyPlatforms = settings.isVerifyPlatforms();
        restore = () -> {
            jenkins.setNumExecutors(executors);
            jenkins.setSecurityRealm(realm);
            jenkins.setAuthorizationStrategy(strategy);
            QueueItemAuthenticatorConfiguration.get().getAuthenticators().replaceBy(authenticators);
            for (Node node : jenkins.getNodes()) {
                if (!nodes.contains(node)) {
                    jenkins.removeNode(node);
                }
            }
            Map<Domain, List<Credentials>> copy = new HashMap<>();
            credentials.forEach((domain, list) -> copy.put(domain, new CopyOnWriteArrayList<>(list)));
            SystemCredentialsProvider.getInstance().setDomainCredentialsMap(copy);
            SystemCredentialsProvider.getInstance().save();
            settings.setAgents(agents);
            settings.setRegistries(registries);
            settings.setBuilders(builders);
            settings.setVerifyPlatforms(verifyPlatforms);
        };
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        restore.close();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        system.close();
        after();
    }
}
