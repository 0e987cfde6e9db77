package io.jenkins.plugins.multiarchbuild.pipeline;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.FilePath;
import hudson.model.Node;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;

/** Jobs, credentials and sources for tests of the step on a real Jenkins with the rig. */
final class RigJenkins {

    static final String CREDENTIALS = "registry-push";

    private RigJenkins() {}

    /** An agent that is the only one to build, and the credentials that it needs. */
    static DumbSlave onlyAgent(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        addCredentials();
        return jenkins.createOnlineSlave();
    }

    /** Adds the credentials that the rig's registry accepts. */
    static void addCredentials() throws Exception {
        addCredentials(CREDENTIALS, Rig.PASSWORD);
    }

    static void addCredentials(String id, String password) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, null, Rig.USERNAME, password));
        SystemCredentialsProvider.getInstance().save();
    }

    /** A repository that no other test uses. */
    static String newRepository() {
        return "test/" + UUID.randomUUID().toString().substring(0, 8) + "/app";
    }

    static String tag(String repository, String tag) {
        return Rig.REGISTRY + "/" + repository + ":" + tag;
    }

    static WorkflowJob job(JenkinsRule jenkins, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    /** Puts the sample source into a job's workspace on a node. */
    static FilePath writeApp(WorkflowJob job, Node node) throws Exception {
        FilePath workspace = node.getWorkspaceFor(job);
        workspace.mkdirs();
        Path directory = Files.createTempDirectory("app");
        Rig.writeApp(directory);
        FilePath app = new FilePath(directory.toFile());
        app.copyRecursiveTo(workspace);
        app.deleteRecursive();
        return workspace;
    }

    /** An agent that outlives a restart of the controller; it comes by HTTP, so that no port but loopback's is opened. */
    static InboundAgentExtension.Options agent(String name, String label) {
        return InboundAgentExtension.Options.newBuilder()
                .name(name)
                .label(label)
                .webSocket()
                .build();
    }
}
