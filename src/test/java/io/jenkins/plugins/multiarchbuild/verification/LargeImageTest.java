package io.jenkins.plugins.multiarchbuild.verification;

import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.harness.ProcessAgent;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Path;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An image that is larger than the memory of the agent that verifies it. */
@NeedsRig
class LargeImageTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    @TempDir
    private Path directory;

    @Test
    void gigabyteIsVerifiedByAnAgentWithQuarterOfIt() throws Exception {
        Map<String, String> heap = Map.of("JAVA_TOOL_OPTIONS", "-Xmx256m");
        try (ProcessAgent agent = ProcessAgent.start(jenkins, "small", directory, heap)) {
            RigJenkins.addCredentials();
            WorkflowJob job = RigJenkins.job(
                    jenkins,
                    "node('small') { multiArchBuild(platforms: 'linux/amd64', baseTags: '%s', builder: '%s',"
                                    .formatted(
                                            RigJenkins.tag(RigJenkins.newRepository(), "large"), Rig.builder("remote"))
                            + " credentialsId: 'registry-push') }");
            FilePath workspace = RigJenkins.writeApp(job, jenkins.jenkins.getNode("small"));
            workspace
                    .child("Dockerfile")
                    .write(
                            "FROM scratch\nCOPY busybox-amd64 /bin/busybox\n"
                                    + "RUN [\"/bin/busybox\", \"dd\", \"if=/dev/zero\", \"of=/large\", \"bs=1M\", \"count=1024\"]\n"
                                    + "CMD [\"/bin/busybox\"]\n",
                            "UTF-8");

            WorkflowRun run = jenkins.buildAndAssertSuccess(job);

            jenkins.assertLogContains("linux/amd64 verified: 1 program, /bin/busybox is x86-64", run);
        }
    }
}
