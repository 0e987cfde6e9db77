package io.jenkins.plugins.multiarchbuild.builders;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Node;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** A restart of the controller, and a change of the settings, while a build runs on a managed builder. */
@NeedsRig
class BuilderRestartTest {

    @RegisterExtension
    private final FlagExtension<Long> patience = RigJenkins.patience();

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @RegisterExtension
    private static final BuilderStand stand = new BuilderStand();

    @Test
    void builderStaysForTheBuildAndGoesAfterIt() throws Throwable {
        String name = "t" + Long.toHexString(System.nanoTime());
        String tag = RigJenkins.tag(RigJenkins.newRepository(), "1.0");
        try (Gate gate = new Gate()) {
            sessions.then(jenkins -> {
                RigJenkins.addCredentials();
                Node agent = agents.createAgent(jenkins, RigJenkins.agent("one", "one"));
                MultiArchBuildConfiguration.get().setBuilders(List.of(stand.entry(name, "20GB")));
                WorkflowJob job = RigJenkins.job(
                        jenkins,
                        "node('one') { multiArchBuild(platforms: 'amd64', baseTags: '" + tag
                                + "', credentialsId: 'registry-push', builder: '" + name + "') }");
                var dockerfile = RigJenkins.writeApp(job, agent).child("Dockerfile");
                dockerfile.write(gate.guarded(dockerfile.readToString()), "UTF-8");
                job.scheduleBuild2(0).waitForStart();
                gate.awaitBuild();
            });
            sessions.then(jenkins -> {
                WorkflowRun run =
                        jenkins.jenkins.getAllItems(WorkflowJob.class).get(0).getBuildByNumber(1);
                MultiArchBuildConfiguration.get().setBuilders(List.of());
                agents.start(jenkins, "one");
                ManagedBuilders.get().sweep();
                assertEquals(1, BuilderStand.containers(name).size());
                gate.open();
                jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
                BuilderStand.awaitContainers(name, Set.of());
                assertEquals("x86_64", Rig.run("linux/amd64", tag));
            });
        }
    }
}
