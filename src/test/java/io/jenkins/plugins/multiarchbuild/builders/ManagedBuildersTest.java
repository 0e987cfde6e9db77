package io.jenkins.plugins.multiarchbuild.builders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** Builders that come and go with their settings, on two agents that share a machine and its user. */
@NeedsRig
class ManagedBuildersTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    @RegisterExtension
    private static final BuilderStand stand = new BuilderStand();

    private final String repository = RigJenkins.newRepository();
    private final String name = "t" + Long.toHexString(System.nanoTime());
    private DumbSlave first;
    private DumbSlave second;

    @BeforeEach
    void farm() throws Exception {
        first = RigJenkins.onlyAgent(jenkins);
        second = jenkins.createOnlineSlave();
    }

    @Test
    void builderIsThereForAllBuildsAndGoesWithItsSetting() throws Exception {
        MultiArchBuildConfiguration.get().setBuilders(List.of(stand.entry(name, "20GB")));
        // both find out at once that there is none
        WorkflowRun one = start(first, named(), "1");
        WorkflowRun two = start(second, named(), "2");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(one));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(two));
        assertEquals("x86_64", Rig.run("linux/amd64", RigJenkins.tag(repository, "1")));
        String log = JenkinsRule.getLog(one);
        assertTrue(log.matches("(?s).* with builder '" + name + "-[0-9a-f]{12}' \\(driver docker-container\\).*"), log);

        Set<String> containers = BuilderStand.containers(name);
        assertEquals(1, containers.size());
        WorkflowRun three = jenkins.waitForCompletion(start(first, named(), "3"));
        jenkins.assertBuildStatusSuccess(three);
        jenkins.assertLogNotContains("was created as", three);
        assertEquals(containers, BuilderStand.containers(name));

        MultiArchBuildConfiguration.get().setBuilders(List.of());
        BuilderStand.awaitContainers(name, Set.of());
    }

    @Test
    void changedSettingsDoNotDisturbABuildThatRuns() throws Exception {
        MultiArchBuildConfiguration.get().setBuilders(List.of(stand.entry(name, "20GB")));
        try (Gate gate = new Gate()) {
            WorkflowJob job = job(first, named(), "old");
            var dockerfile = RigJenkins.writeApp(job, first).child("Dockerfile");
            dockerfile.write(gate.guarded(dockerfile.readToString()), "UTF-8");
            WorkflowRun old = job.scheduleBuild2(0).waitForStart();
            gate.awaitBuild();
            Set<String> before = BuilderStand.containers(name);

            MultiArchBuildConfiguration.get().setBuilders(List.of(stand.entry(name, "10GB")));
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(start(second, named(), "new")));
            Set<String> both = BuilderStand.containers(name);
            assertEquals(2, both.size());
            assertTrue(both.containsAll(before));
            assertTrue(old.isBuilding());

            gate.open();
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(old));
            both.removeAll(before);
            BuilderStand.awaitContainers(name, both);
        }
        MultiArchBuildConfiguration.get().setBuilders(List.of());
        BuilderStand.awaitContainers(name, Set.of());
    }

    @Test
    void settingsOfACallAreReplacedByThoseOfItsNextBuild() throws Exception {
        String call =
                "[name: '" + name + "', image: '" + stand.image() + "', options: ['network=host'], keepStorage: '%s']";
        WorkflowJob job = job(first, call.formatted("20GB"), "call");
        RigJenkins.writeApp(job, first);
        jenkins.buildAndAssertSuccess(job);
        Set<String> before = BuilderStand.containers(name);
        jenkins.buildAndAssertSuccess(job);
        assertEquals(before, BuilderStand.containers(name));

        job.setDefinition(new CpsFlowDefinition(script(first, call.formatted("10GB"), "call"), true));
        jenkins.buildAndAssertSuccess(job);
        Set<String> after = new HashSet<>(BuilderStand.containers(name));
        after.removeAll(before);
        assertEquals(1, after.size());
        assertNotEquals(before, after);
        BuilderStand.awaitContainers(name, after);
        for (String container : after) {
            String real = Rig.docker("inspect", "--format", "{{.Name}}", container)
                    .replaceFirst("/buildx_buildkit_(.*)0", "$1");
            Rig.docker("buildx", "rm", real);
        }
    }

    @Test
    void diskThatIsTooFullIsAnErrorBeforeTheBuild() throws Exception {
        var entry = stand.entry(name, null);
        entry.setMinFree("900000TB");
        MultiArchBuildConfiguration.get().setBuilders(List.of(entry));
        WorkflowRun run = jenkins.waitForCompletion(start(first, named(), "full"));
        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogContains(
                "ERROR: On agent '" + first.getNodeName() + "': Where the cache of the builder '" + name + "' lies, ",
                run);
        jenkins.assertLogNotContains("docker buildx bake", run);
        MultiArchBuildConfiguration.get().setBuilders(List.of());
        BuilderStand.awaitContainers(name, Set.of());
    }

    private String named() {
        return "'" + name + "'";
    }

    private WorkflowRun start(DumbSlave agent, String builder, String tag) throws Exception {
        WorkflowJob job = job(agent, builder, tag);
        RigJenkins.writeApp(job, agent);
        return job.scheduleBuild2(0).waitForStart();
    }

    private WorkflowJob job(DumbSlave agent, String builder, String tag) throws Exception {
        return RigJenkins.job(jenkins, script(agent, builder, tag));
    }

    private String script(DumbSlave agent, String builder, String tag) {
        return "node('" + agent.getNodeName() + "') { multiArchBuild(platforms: 'amd64', baseTags: '"
                + RigJenkins.tag(repository, tag) + "', credentialsId: 'registry-push', builder: " + builder + ") }";
    }
}
