package io.jenkins.plugins.multiarchbuild.lending;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.ExtensionList;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Queue;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import java.io.File;
import java.time.Duration;
import java.util.Arrays;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The queue of a controller that was killed is older than its builds. */
class LostRequestsTest {

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @Test
    void itemOfAnotherJobHasTheIdOfTheGroups() throws Throwable {
        sessions.then(jenkins -> {
            jenkins.jenkins.setNumExecutors(0);
            WorkflowJob job = RigJenkins.job(
                    jenkins,
                    "multiArchBuild platforms: 'amd64', agents: ['*': 'late'], context: 'https://git.example/app.git',"
                            + " baseTags: 'registry.example/app:1'");
            job.scheduleBuild2(0).waitForStart();
            FreeStyleProject other = jenkins.createFreeStyleProject();
            other.setAssignedLabel(Label.get("never"));
            other.scheduleBuild2(0);
            await(
                    Duration.ofMinutes(1),
                    () -> Queue.getInstance().getBuildableItems().size() == 2);
        });
        exchange(new File(sessions.getHome(), "queue.xml"));
        sessions.then(jenkins -> {
            assertEquals(1, Queue.getInstance().getItems().length, "only the other job's item is left");
            jenkins.createSlave("late-1", "late", null);
            WorkflowRun run =
                    jenkins.jenkins.getAllItems(WorkflowJob.class).get(0).getLastBuild();

            LostRequests lost = ExtensionList.lookupSingleton(LostRequests.class);
            await(Duration.ofMinutes(3), () -> {
                lost.doRun();
                return JenkinsRule.getLog(run).contains("Running on late-1");
            });

            jenkins.assertLogContains("The request for an agent was lost when the controller was killed.", run);

            jenkins.waitForCompletion(run);
            Arrays.stream(Queue.getInstance().getItems()).forEach(Queue.getInstance()::cancel);
        });
    }

    /** Removes the group's item and gives its id to the other one. */
    private static void exchange(File file) throws Exception {
        Document queue =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file);
        NodeList items = queue.getElementsByTagName("items").item(0).getChildNodes();
        Element group = null;
        Element other = null;
        for (int i = 0; i < items.getLength(); i++) {
            if (items.item(i) instanceof Element item) {
                boolean isGroup = item.getTextContent().contains("multiArchBuild")
                        || item.getElementsByTagName("cookie").getLength() > 0
                        || item.getElementsByTagName("context").getLength() > 0;
                group = isGroup ? item : group;
                other = isGroup ? other : item;
            }
        }
        id(other).setTextContent(id(group).getTextContent());
        group.getParentNode().removeChild(group);
        TransformerFactory.newInstance().newTransformer().transform(new DOMSource(queue), new StreamResult(file));
    }

    private static Element id(Element item) {
        return (Element) item.getElementsByTagName("id").item(0);
    }
}
