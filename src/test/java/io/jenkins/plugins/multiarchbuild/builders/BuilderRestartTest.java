package io.jenkins.plugins.multiarchbuild.builders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import hudson.model.Node;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Agents of one machine share its builders. */
    @Test
    void builderThatOneAgentHasNotUsedForLongStaysForTheOther() throws Throwable {
        String name = "t" + Long.toHexString(System.nanoTime());
        String repository = RigJenkins.newRepository();
        sessions.then(jenkins -> {
            RigJenkins.addCredentials();
            for (String agent : List.of("one", "two")) {
                Node node = agents.createAgent(jenkins, RigJenkins.agent(agent, agent));
                WorkflowJob job = RigJenkins.job(
                        jenkins,
                        "node('" + agent + "') { multiArchBuild(platforms: 'amd64', baseTags: '"
                                + RigJenkins.tag(repository, agent)
                                + "', credentialsId: 'registry-push', builder: [name: '"
                                + name + "', image: '" + stand.image() + "', options: ['network=host']]) }");
                RigJenkins.writeApp(job, node);
                jenkins.buildAndAssertSuccess(job);
            }
            Path file = jenkins.jenkins.getRootDir().toPath().resolve(ManagedBuilders.class.getName() + ".xml");
            String text = Files.readString(file);
            String old = text.replaceFirst("(?s)(<node>one</node>.*?<lastUsed>)\\d+", "$1" + "1700000000000");
            assertNotEquals(text, old);
            Files.writeString(file, old);
        });
        sessions.then(jenkins -> {
            agents.start(jenkins, "one");
            agents.start(jenkins, "two");
            ManagedBuilders.get().sweep();
            Set<String> containers = BuilderStand.containers(name);
            assertEquals(1, containers.size());
            String container = Rig.docker(
                    "inspect", "--format", "{{.Name}}", containers.iterator().next());
            Rig.docker("buildx", "rm", container.replaceFirst("/buildx_buildkit_(.*)0", "$1"));
        });
    }
}
