package io.jenkins.plugins.multiarchbuild.trend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.FilePath;
import hudson.model.Item;
import hudson.model.Node;
import hudson.model.Result;
import hudson.model.Slave;
import hudson.model.queue.QueueTaskFuture;
import hudson.security.AuthorizationStrategy;
import io.jenkins.plugins.multiarchbuild.harness.ChineseBrowser;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** What the pages show of several real builds: the trend of a job, and what the farm has emulated. */
@NeedsRig
class DevelopmentTest {

    private static final String DOCKERFILE = """
            FROM scratch
            ARG TARGETARCH
            COPY busybox-$TARGETARCH /bin/busybox
            RUN ["/bin/busybox", "sh", "-c", ": %s; /bin/busybox sleep 1; %s"]
            CMD ["/bin/busybox", "true"]
            """;

    private static final String FOLDER = "团队 ä";
    private static final List<String> JOBS = List.of("构建 ö", "other");

    @RegisterExtension
    private final FlagExtension<Long> patience = RigJenkins.patience();

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final String repository = RigJenkins.newRepository();

    @Test
    void buildsOfAJobAndEmulationOfTheFarm() throws Throwable {
        sessions.then(jenkins -> {
            users(jenkins);
            RigJenkins.addCredentials();
            Slave agent = agents.createAgent(jenkins, RigJenkins.agent("builder", "x86 docker"));
            RigJenkins.setExecutors(jenkins, agent, 2);
            Folder folder = jenkins.createProject(Folder.class, FOLDER);
            for (String name : JOBS) {
                WorkflowJob job = folder.createProject(WorkflowJob.class, name);
                job.setDefinition(new CpsFlowDefinition(
                        "node('x86') { multiArchBuild(context: 'app', platforms: 'amd64 arm64', baseTags: \"%s-%d:${env.BUILD_NUMBER}\", agents: [arm64: 'x86 && docker'], builder: '%s', credentialsId: 'registry-push') }"
                                .formatted(Rig.REGISTRY + "/" + repository, JOBS.indexOf(name), Rig.REMOTE_BUILDER),
                        true));
                write(job, agent, "true");
            }
            assertFalse(hasLink(jenkins), "there is nothing to show yet");
            assertEquals(0, readiness(jenkins).getJSONArray("emulation").size());

            List<QueueTaskFuture<WorkflowRun>> both = new ArrayList<>();
            for (String name : JOBS) {
                both.add(job(jenkins, name).scheduleBuild2(0));
            }
            for (QueueTaskFuture<WorkflowRun> each : both) {
                jenkins.assertBuildStatusSuccess(each);
            }

            JSONObject row = onlyRow(jenkins);
            assertEquals("x86 && docker", row.getString("label"));
            assertEquals("linux/arm64", row.getString("platform"));
            assertEquals(2, row.getInt("builds"));
            assertTrue(row.getLong("emulatedMillis") >= 2000, row::toString);
            assertTrue(row.getLong("comparedMillis") >= 2000, row::toString);
            assertTrue(row.getLong("nativeMillis") >= 2000, row::toString);
            assertEquals(
                    row.getLong("comparedMillis") - row.getLong("nativeMillis"),
                    row.getLong("savedMillis"),
                    row::toString);
            WorkflowJob job = job(jenkins, JOBS.get(0));
            write(job, agent, "exit 3");
            jenkins.buildAndAssertStatus(Result.FAILURE, job);
            assertEquals(row, onlyRow(jenkins), "nothing is known of what a failed bake took");
        });
        sessions.then(jenkins -> {
            assertEquals(2, onlyRow(jenkins).getInt("builds"), "a restart loses nothing");
            Node agent = jenkins.jenkins.getNode("builder");
            agents.start(jenkins, "builder");
            jenkins.waitOnline((Slave) agent);
            WorkflowJob job = job(jenkins, JOBS.get(0));
            write(job, agent, "true");
            jenkins.buildAndAssertSuccess(job);

            assertEquals(3, onlyRow(jenkins).getInt("builds"));
            String farm = page(jenkins, "auditor", "manage/multi-arch-builds/").asNormalizedText();
            assertTrue(farm.replace('\t', ' ').contains("x86 && docker linux/arm64 3 "), farm);
            assertTrend(jenkins);
            assertSeenOnlyByThoseWhoSeeTheJob(jenkins);
            assertChinese(jenkins);
        });
    }

    private void assertTrend(JenkinsRule jenkins) throws Exception {
        assertTrue(hasLink(jenkins));
        JSONObject answer = JSONObject.fromObject(content(jenkins, "reader", url() + "multi-arch-trend/api/json"));
        assertEquals(1, answer.getJSONArray("images").size(), answer::toString);
        JSONObject image = answer.getJSONArray("images").getJSONObject(0);
        assertEquals(Rig.REGISTRY + "/" + repository + "-0", image.getString("name"));
        List<JSONObject> builds = image.getJSONArray("builds").stream()
                .map(JSONObject.class::cast)
                .toList();
        assertEquals(
                List.of("1 published", "2 failed", "3 published"),
                builds.stream()
                        .map(build -> build.getInt("number") + " " + build.getString("state"))
                        .toList());
        for (JSONObject build : builds) {
            assertTrue(build.getLong("totalMillis") >= 1000, build::toString);
            assertTrue(build.getLong("timestamp") > 0, build::toString);
        }
        JSONObject arm64 = builds.get(2).getJSONArray("platforms").getJSONObject(1);
        assertEquals("linux/arm64", arm64.getString("platform"));
        assertTrue(arm64.getBoolean("emulated"), arm64::toString);
        assertTrue(arm64.getLong("stepMillis") >= 1000, arm64::toString);
        assertTrue(arm64.getLong("size") > 1000, arm64::toString);

        HtmlPage page = page(jenkins, "reader", url() + "multi-arch-trend/");
        assertEquals(
                2,
                page.getByXPath("//*[local-name()='svg'][@role='img'][@aria-label]")
                        .size());
        assertEquals(
                1,
                page.getByXPath("//*[contains(@class, 'mab-trend__bar--failed')]/ancestor::*[@role='img']")
                        .size());
        assertEquals(3, page.getByXPath("//table/tbody/tr/th[@scope='row']").size());
        assertEquals(
                2,
                page.getByXPath("//table/thead//th[@scope='colgroup'][@colspan='2']")
                        .size());
        assertEquals(8, page.getByXPath("//table/thead//th[@scope='col']").size());
        assertNull(page.getFirstByXPath("//*[@id='main-panel']//*[@style or @onclick]"));
        HtmlPage build = page.<HtmlAnchor>getFirstByXPath("//table//a[contains(@href, '3/multi-arch-images/')]")
                .click();
        assertEquals(200, build.getWebResponse().getStatusCode());
        assertTrue(build.getUrl().getPath().endsWith("/3/multi-arch-images/"));
        assertFalse(
                content(jenkins, "reader", url() + "api/json?tree=actions[*[*]]")
                        .contains("totalMillis"),
                "the API of the job does not read builds");
    }

    private static void assertSeenOnlyByThoseWhoSeeTheJob(JenkinsRule jenkins) throws Exception {
        for (String path : List.of("multi-arch-trend/", "multi-arch-trend/api/json")) {
            assertEquals(200, status(jenkins, "reader", url() + path));
            assertEquals(404, status(jenkins, "stranger", url() + path));
        }
    }

    private static void assertChinese(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setAuthorizationStrategy(new AuthorizationStrategy.Unsecured());
        ChineseBrowser.assertShows(
                ChineseBrowser.of(jenkins).goTo(url() + "multi-arch-trend/"),
                "多架构趋势",
                "最近 30 次构建的耗时",
                "linux/arm64，平台自身的步骤",
                "已发布",
                "失败",
                "（模拟）");
        ChineseBrowser.assertShows(
                ChineseBrowser.of(jenkins).goTo("manage/multi-arch-builds/"),
                "最近 30 天的模拟构建",
                "x86 && docker",
                "相同步骤，原生耗时");
    }

    private static void users(JenkinsRule jenkins) {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("administrator")
                .grant(Jenkins.READ, Jenkins.SYSTEM_READ)
                .everywhere()
                .to("auditor")
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader")
                .grant(Jenkins.READ)
                .everywhere()
                .to("stranger"));
    }

    private static WorkflowJob job(JenkinsRule jenkins, String name) {
        return jenkins.jenkins.getItemByFullName(FOLDER + "/" + name, WorkflowJob.class);
    }

    private static void write(WorkflowJob job, Node agent, String command) throws Exception {
        FilePath workspace = RigJenkins.writeApp(job, agent);
        workspace.copyRecursiveTo("busybox-*", workspace.child("app"));
        workspace.child("app/Dockerfile").write(DOCKERFILE.formatted(UUID.randomUUID(), command), "UTF-8");
    }

    private static String url() {
        return "job/%E5%9B%A2%E9%98%9F%20%C3%A4/job/%E6%9E%84%E5%BB%BA%20%C3%B6/";
    }

    private static boolean hasLink(JenkinsRule jenkins) throws Exception {
        return content(jenkins, "reader", url()).contains("multi-arch-trend");
    }

    private static JSONObject readiness(JenkinsRule jenkins) throws Exception {
        return JSONObject.fromObject(content(jenkins, "auditor", "manage/multi-arch-builds/api/json"));
    }

    private static JSONObject onlyRow(JenkinsRule jenkins) throws Exception {
        JSONObject answer = readiness(jenkins);
        assertEquals(1, answer.getJSONArray("emulation").size(), answer::toString);
        assertTrue(answer.getString("emulationSince").matches("\\d{4}-\\d\\d-\\d\\d"), answer::toString);
        return answer.getJSONArray("emulation").getJSONObject(0);
    }

    private static HtmlPage page(JenkinsRule jenkins, String user, String path) throws Exception {
        return client(jenkins, user).getPage(new URL(jenkins.getURL(), path));
    }

    private static String content(JenkinsRule jenkins, String user, String path) throws Exception {
        return client(jenkins, user)
                .getPage(new URL(jenkins.getURL(), path))
                .getWebResponse()
                .getContentAsString();
    }

    private static int status(JenkinsRule jenkins, String user, String path) throws Exception {
        return client(jenkins, user)
                .getPage(new URL(jenkins.getURL(), path))
                .getWebResponse()
                .getStatusCode();
    }

    private static JenkinsRule.WebClient client(JenkinsRule jenkins, String user) {
        JenkinsRule.WebClient client = jenkins.createWebClient().withBasicApiToken(user);
        client.getOptions().setJavaScriptEnabled(false);
        client.setThrowExceptionOnFailingStatusCode(false);
        return client;
    }
}
