package io.jenkins.plugins.multiarchbuild.harness;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.FilePath;
import hudson.model.Node;
import hudson.model.Slave;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;

/** Jobs, credentials and sources for tests of the step on a real Jenkins with the rig. */
public final class RigJenkins {

    public static final String CREDENTIALS = "registry-push";

    private RigJenkins() {}

    /** An agent that is the only one to build, and the credentials that it needs. */
    public static DumbSlave onlyAgent(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        addCredentials();
        return jenkins.createOnlineSlave();
    }

    /** Gives an agent that is online another number of executors, which {@code updateNode} alone does not. */
    public static void setExecutors(JenkinsRule jenkins, Slave agent, int executors) throws IOException {
        agent.setNumExecutors(executors);
        jenkins.jenkins.setNodes(jenkins.jenkins.getNodes());
    }

    /** Adds the credentials that the rig's registry accepts. */
    public static void addCredentials() throws Exception {
        addCredentials(CREDENTIALS, Rig.PASSWORD);
    }

    public static void addCredentials(String id, String password) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, null, Rig.USERNAME, password));
        SystemCredentialsProvider.getInstance().save();
    }

    /** A repository that no other test uses. */
    public static String newRepository() {
        return "test/" + UUID.randomUUID().toString().substring(0, 8) + "/app";
    }

    public static String tag(String repository, String tag) {
        return Rig.REGISTRY + "/" + repository + ":" + tag;
    }

    public static WorkflowJob job(JenkinsRule jenkins, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    /** Puts the sample source into a job's workspace on a node. */
    public static FilePath writeApp(WorkflowJob job, Node node) throws Exception {
        FilePath workspace = node.getWorkspaceFor(job);
        workspace.mkdirs();
        Path directory = TemporaryDirectory.create("app");
        Rig.writeApp(directory);
        FilePath app = new FilePath(directory.toFile());
        app.copyRecursiveTo(workspace);
        app.deleteRecursive();
        return workspace;
    }

    /** As on a real controller: the 15 s that tests have by default can pass before an agent is back. */
    public static FlagExtension<Long> patience() {
        return new FlagExtension<>(
                () -> ExecutorStepExecution.TIMEOUT_WAITING_FOR_NODE_MILLIS,
                millis -> ExecutorStepExecution.TIMEOUT_WAITING_FOR_NODE_MILLIS = millis,
                Duration.ofMinutes(5).toMillis());
    }

    /** An agent that outlives a restart of the controller; it comes by HTTP, so that no port but loopback's is opened. */
    public static InboundAgentExtension.Options agent(String name, String label) {
        return InboundAgentExtension.Options.newBuilder()
                .name(name)
                .label(label)
                .webSocket()
                .build();
    }
}
