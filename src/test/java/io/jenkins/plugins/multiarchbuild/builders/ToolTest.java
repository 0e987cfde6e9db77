package io.jenkins.plugins.multiarchbuild.builders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.tools.ToolInstallation;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.docker.commons.tools.DockerTool;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A Docker tool that an administrator has defined. */
@NeedsRig
class ToolTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private final String tag = RigJenkins.tag(RigJenkins.newRepository(), "1.0");

    @TempDir
    private Path home;

    @Test
    void everyCommandIsTheTools() throws Exception {
        Path log = home.resolve("log");
        Path program = Files.createDirectories(home.resolve("bin")).resolve("docker");
        Files.writeString(
                program, "#!/bin/sh\necho \"$1 $2\" >> '" + log + "'\nexec '" + Rig.program("docker") + "' \"$@\"\n");
        program.toFile().setExecutable(true);
        DumbSlave agent = RigJenkins.onlyAgent(jenkins);
        define(home);

        WorkflowRun run = build(agent);

        jenkins.assertBuildStatusSuccess(run);
        assertEquals("x86_64", Rig.run("linux/amd64", tag));
        List<String> commands = Files.readAllLines(log);
        assertTrue(commands.containsAll(List.of("buildx inspect", "buildx bake", "buildx imagetools")), "" + commands);
    }

    @Test
    void toolThatIsNotThereIsNamed() throws Exception {
        DumbSlave agent = RigJenkins.onlyAgent(jenkins);
        define(home.resolve("missing"));

        WorkflowRun run = build(agent);

        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogContains("ERROR: On agent '" + agent.getNodeName() + "': tool: there is no '" + home, run);
    }

    private static void define(Path home) {
        ToolInstallation.all()
                .get(DockerTool.DescriptorImpl.class)
                .setInstallations(new DockerTool("docker-27", home.toString(), List.of()));
    }

    private WorkflowRun build(DumbSlave agent) throws Exception {
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node('" + agent.getNodeName() + "') { multiArchBuild(platforms: 'amd64', baseTags: '" + tag
                        + "', credentialsId: 'registry-push', tool: 'docker-27') }");
        RigJenkins.writeApp(job, agent);
        return jenkins.waitForCompletion(job.scheduleBuild2(0).waitForStart());
    }
}
