package io.jenkins.plugins.multiarchbuild.kept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.FilePath;
import hudson.model.Item;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import jenkins.model.Jenkins;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.htmlunit.WebResponse;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** The progress of real bakes, from the page of a build. */
@NeedsRig
class KeptProgressTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String DOCKERFILE = """
            FROM scratch
            ARG TARGETARCH
            COPY busybox-$TARGETARCH /bin/busybox
            RUN --mount=type=secret,id=token ["/bin/busybox", "sh", "-c", "%s"]
            """;

    private static DumbSlave x86;

    private final String token = "token\"" + UUID.randomUUID();
    private final String bound = "bound-" + UUID.randomUUID();

    @BeforeAll
    static void farm() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        x86 = jenkins.createSlave("x86-1", "x86", null);
        DumbSlave arm = jenkins.createSlave("arm-1", "arm64", null);
        jenkins.waitOnline(x86);
        jenkins.waitOnline(arm);
    }

    @Test
    void everyGroupKeepsItsProgressWithoutSecrets() throws Exception {
        String print = "cd /run/secrets; b=/bin/busybox; $b cat token; echo; $b head -c 20 token; echo;"
                + " $b tail -c +21 token; echo; $b sed 's/\\\"/\\\\\\\\\\\"/' token; echo; $b base64 -w 9 token";
        WorkflowJob job = job(", agents: [arm64: 'arm64']", print + "; echo " + bound);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        List<HtmlAnchor> links = links(run);
        assertEquals(
                List.of("linux/amd64", "linux/arm64"),
                links.stream().map(HtmlAnchor::getTextContent).sorted().toList());
        for (HtmlAnchor link : links) {
            WebResponse response = link.click().getWebResponse();
            assertEquals("application/gzip", response.getContentType());
            assertEquals("nosniff", response.getResponseHeaderValue("X-Content-Type-Options"));
            assertTrue(response.getResponseHeaderValue("Content-Disposition").startsWith("attachment; filename="));
            String progress = unzipped(response);
            String architecture = link.getTextContent().replace("linux/", "");
            assertTrue(progress.contains(" 1/2] COPY busybox-" + architecture + " /bin/busybox"), progress);
            assertTrue(progress.contains(" [internal] load build definition"), progress);
            assertTrue(progress.matches("(?s).*(#\\d+ \\d\\.\\d+ \\*{4,}\n){5}.*"), progress);
            assertNoSecret(progress);
        }
        JSONObject api = jenkins.getJSON(run.getUrl() + "api/json?depth=3").getJSONObject();
        JSONArray kept = images(api).getJSONObject(0).getJSONArray("progress");
        assertEquals(2, kept.size());
        JSONObject first = kept.getJSONObject(0);
        assertFalse(first.getBoolean("cut"));
        String url = run.getUrl() + first.getString("url");
        WebResponse response =
                jenkins.createWebClient().goTo(url, "application/gzip").getWebResponse();
        assertEquals(first.getLong("size"), response.getContentLength());

        jenkins.jenkins.reload();

        WorkflowRun loaded = jenkins.jenkins
                .getItemByFullName(job.getFullName(), WorkflowJob.class)
                .getBuildByNumber(1);
        assertEquals(unzipped(response), unzipped(links(loaded).get(0).click().getWebResponse()));
        assertOnlyReadersMayDownload(loaded, url);
        loaded.delete();
        assertFalse(Files.exists(loaded.getRootDir().toPath()));
    }

    private void assertOnlyReadersMayDownload(WorkflowRun run, String url) throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("stranger", "reader")
                .grant(Item.READ)
                .everywhere()
                .to("reader"));
        assertEquals(200, status("reader", run.getUrl() + "console"));
        assertEquals(200, status("reader", url));
        assertEquals(404, status("stranger", run.getUrl() + "console"));
        assertEquals(404, status("stranger", url));
        for (String other : List.of("", "none.log.gz", "build.xml", "progress", "x/y")) {
            assertEquals(404, status("reader", run.getUrl() + "multi-arch-images/download/" + other), other);
        }
    }

    private int status(String user, String url) throws Exception {
        try (JenkinsRule.WebClient client = jenkins.createWebClient()) {
            client.getOptions().setThrowExceptionOnFailingStatusCode(false);
            return client.login(user).goTo(url, null).getWebResponse().getStatusCode();
        }
    }

    @Test
    void failedBakeKeepsItsProgress() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job("", "echo " + bound + "; exit 3"));

        String progress = unzipped(links(run).get(0).click().getWebResponse());

        assertTrue(progress.contains("exit code: 3"), progress);
        assertNoSecret(progress);
    }

    @Test
    void abortedBakeKeepsItsProgress() throws Exception {
        WorkflowJob job = job("", "echo begun " + bound);
        try (Gate gate = new Gate()) {
            FilePath dockerfile = x86.getWorkspaceFor(job).child("Dockerfile");
            dockerfile.write(gate.guarded(dockerfile.readToString()), "UTF-8");
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            gate.awaitBuild();

            run.getExecutor().interrupt();

            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
            String progress = unzipped(links(run).get(0).click().getWebResponse());
            assertTrue(progress.contains("#1 "), progress);
            assertNoSecret(progress);
        }
    }

    @Test
    void buildThatDidNotComeToItSaysSo() throws Exception {
        WorkflowJob job = RigJenkins.job(jenkins, "node('x86') { multiArchBuild(platforms: 'amd64', push: false) }");
        RigJenkins.writeApp(job, x86).child("Dockerfile").delete();

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        HtmlPage page = jenkins.createWebClient().getPage(run, "multi-arch-images/");
        assertTrue(
                page.asNormalizedText().contains("None is kept: nothing has been built yet"), page::asNormalizedText);
        assertEquals(List.of(), links(run));
    }

    private WorkflowJob job(String parameters, String command) throws Exception {
        add("token", token);
        add("bound", bound);
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node('x86') { withCredentials([string(credentialsId: 'bound', variable: 'BOUND')]) {\n"
                        + "multiArchBuild(platforms: 'amd64 arm64', push: false, builder: '" + Rig.REMOTE_BUILDER
                        + "', secrets: [token: 'token']" + parameters + ") } }");
        RigJenkins.writeApp(job, x86)
                .child("Dockerfile")
                .write(DOCKERFILE.formatted(": " + UUID.randomUUID() + "; " + command), "UTF-8");
        return job;
    }

    private static void add(String id, String text) throws IOException {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, id, null, Secret.fromString(text)));
    }

    private void assertNoSecret(String progress) {
        String name = token.substring(token.indexOf('"') + 1);
        for (String secret : List.of(name.substring(0, 13), name.substring(name.length() - 12), bound)) {
            assertFalse(progress.contains(secret), progress);
        }
    }

    private static JSONArray images(JSONObject build) {
        return Stream.of(build.getJSONArray("actions").toArray())
                .map(JSONObject.class::cast)
                .filter(action -> action.has("images"))
                .findFirst()
                .orElseThrow()
                .getJSONArray("images");
    }

    private static List<HtmlAnchor> links(WorkflowRun run) throws Exception {
        HtmlPage page = jenkins.createWebClient().getPage(run, "multi-arch-images/");
        return page.getAnchors().stream()
                .filter(anchor -> anchor.getHrefAttribute().endsWith(".log.gz"))
                .toList();
    }

    private static String unzipped(WebResponse response) throws IOException {
        try (InputStream in = new GZIPInputStream(response.getContentAsStream())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
