package io.jenkins.plugins.multiarchbuild.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Item;
import hudson.model.Items;
import hudson.model.listeners.ItemListener;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.TestExtension;

class BuildIdTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static WorkflowRun running;
    private static BuildId before;
    private static final List<String> meanwhile = new ArrayList<>();

    /** Sees a job after it has moved and before anything of this plugin knows. */
    @TestExtension
    public static final class Window extends ItemListener {

        public Window() {}

        @Override
        public void onLocationChanged(Item item, String oldFullName, String newFullName) {
            try {
                meanwhile.add(before.isBuilding() + " " + before.equals(BuildId.of(running)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void staysTheSameWhileAJobMoves() throws Exception {
        Folder team = jenkins.createProject(Folder.class, "team");
        WorkflowJob job = team.createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition("sleep 600", true));
        running = job.scheduleBuild2(0).waitForStart();
        // only a build that runs steps has an id
        jenkins.waitForMessage("Sleeping for", running);
        before = BuildId.of(running);
        assertTrue(before.isBuilding());

        Items.move(team, jenkins.createProject(Folder.class, "house"));

        assertEquals(List.of("true true", "true true"), meanwhile, "for the folder and for the job in it");
        assertEquals("house/team/job#1", before.moved("team", "house/team").toString());
        assertEquals(
                "house/team/job#1", before.moved("team/job", "house/team/job").toString());
        assertEquals("team/job#1", before.moved("tea", "house").toString());
        BuildId parsed = BuildId.parse(before.text());
        assertEquals(before, parsed);
        assertEquals("team/job#1", parsed.name());
        running.doStop();
        jenkins.waitForCompletion(running);
        assertFalse(before.isBuilding());
    }

    @Test
    void anotherBuildOfTheSameNameIsAnother() throws Exception {
        WorkflowJob first = jenkins.createProject(WorkflowJob.class, "again");
        first.setDefinition(new CpsFlowDefinition("", true));
        BuildId deleted = BuildId.of(jenkins.buildAndAssertSuccess(first));
        first.delete();
        WorkflowJob second = jenkins.createProject(WorkflowJob.class, "again");
        second.setDefinition(new CpsFlowDefinition("sleep 600", true));
        WorkflowRun run = second.scheduleBuild2(0).waitForStart();

        assertEquals(deleted.name(), BuildId.of(run).name());
        assertNotEquals(deleted, BuildId.of(run));
        assertFalse(deleted.isBuilding());
        run.doStop();
        jenkins.waitForCompletion(run);
    }
}
