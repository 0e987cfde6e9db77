package io.jenkins.plugins.multiarchbuild.readiness;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static io.jenkins.plugins.multiarchbuild.harness.Conditions.isRunningWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.ExtensionList;
import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.configuration.PlatformAgent;
import io.jenkins.plugins.multiarchbuild.configuration.RegistryCredentials;
import io.jenkins.plugins.multiarchbuild.harness.ChineseBrowser;
import io.jenkins.plugins.multiarchbuild.harness.ProcessAgent;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import io.jenkins.plugins.multiarchbuild.rig.SecretSearch;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** What the page says of agents that can build, that cannot, that are slow and that go away. */
@NeedsRig
class ReadinessPageTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String SECONDS = "io.jenkins.plugins.multiarchbuild.readiness.seconds";

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    private final List<ProcessAgent> agents = new ArrayList<>();

    @BeforeAll
    static void noBuiltInNode() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
    }

    @BeforeEach
    void users() {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("administrator")
                .grant(Jenkins.READ, Jenkins.SYSTEM_READ)
                .everywhere()
                .to("auditor")
                .grant(Jenkins.READ)
                .everywhere()
                .to("reader"));
    }

    @AfterEach
    void closeAgents() {
        System.clearProperty(SECONDS);
        agents.forEach(ProcessAgent::close);
    }

    @Test
    void everyAgentSaysWhatItHasAndWhatItLacks() throws Exception {
        String wrong = "wrong-pa55word-of-nobody";
        RigJenkins.addCredentials("wrong", wrong);
        MultiArchBuildConfiguration settings = MultiArchBuildConfiguration.get();
        settings.setRegistries(List.of(
                new RegistryCredentials(Rig.REGISTRY, "wrong"), new RegistryCredentials("r.example", "nobody")));
        settings.setAgents(
                List.of(new PlatformAgent("linux/arm64", "good"), new PlatformAgent("windows/amd64", "posix")));
        start("good", Map.of("LANG", "C.UTF-8"));
        start("posix", Map.of("BUILDX_BUILDER", Rig.REMOTE_BUILDER));
        start("no-docker", Map.of("PATH", directory.resolve("no-docker").toString()));
        // a directory without configuration hides the rig's buildx, unless there is another for all users
        Map<String, String> hiding = Map.of("DOCKER_CONFIG", directory.toString());
        boolean hidden =
                !new RigDocker().with(hiding).run(List.of("buildx", "version")).succeeded();
        start(
                "no-buildx",
                hidden ? hiding : stub("no-buildx", "echo \"docker: 'buildx' is not a docker command.\" >&2; exit 1"));
        start("down", Map.of("DOCKER_HOST", "unix://" + directory + "/gone.sock", "LANG", "C.UTF-8"));
        jenkins.jenkins.addNode(new DumbSlave("offline", directory.toString(), new JNLPLauncher()));

        JSONObject answer = ask();

        JSONObject good = agent(answer, "good");
        assertEquals("problems", good.getString("state"), good::toString);
        assertTrue(good.getString("dockerVersion").matches("\\d+\\..*"), good::toString);
        assertTrue(good.getString("engineVersion").matches("\\d+\\..*"), good::toString);
        assertTrue(good.getString("buildxVersion").matches("v?\\d+\\.\\d+.*"), good::toString);
        assertTrue(good.getString("buildKitVersion").startsWith("v"), good::toString);
        assertEquals("default", good.getString("builder"));
        assertEquals("docker", good.getString("driver"));
        assertTrue(good.getJSONArray("nativePlatforms").contains("linux/amd64"), good::toString);
        assertTrue(good.getJSONArray("emulatedPlatforms").contains("linux/arm64"), good::toString);
        assertTrue(good.getJSONArray("platforms").contains("linux/arm64"), good::toString);
        assertTrue(good.getLong("freeDiskBytes") > 0, good::toString);
        assertEquals(
                "[{\"accepted\":false,\"registry\":\"" + Rig.REGISTRY + "\"}]", sorted(good.getJSONArray("logins")));
        assertEquals(2, good.getJSONArray("problems").size(), good::toString);
        assertTrue(
                good.getJSONArray("problems").getString(0).startsWith("Not all jobs have credentials 'nobody' for the"),
                good::toString);
        String refused = good.getJSONArray("problems").getString(1);
        assertTrue(refused.startsWith("The registry " + Rig.REGISTRY + " refused the login"), refused);
        assertTrue(refused.endsWith("The credentials for " + Rig.REGISTRY + " were 'wrong'."), refused);
        assertEquals(0, good.getJSONArray("notes").size(), good::toString);

        JSONObject posix = agent(answer, "posix");
        assertEquals("remote", posix.getString("driver"));
        assertEquals(-1, posix.getLong("freeDiskBytes"), "a remote builder's disk is not known");
        assertTrue(posix.getJSONArray("notes").getString(0).startsWith("Java runs in a POSIX locale"), posix::toString);
        assertTrue(posix.getJSONArray("problems").getString(0).contains("cannot build windows/amd64"), posix::toString);

        assertProblem(answer, "no-docker", "problems", "docker cannot be started. Install Docker with buildx there");
        assertProblem(answer, "no-buildx", "problems", "This docker has no buildx. Install the docker-buildx plugin.");
        assertProblem(answer, "down", "problems", "The builder 'default' does not work: ");
        assertTrue(agent(answer, "down").get("engineVersion") instanceof net.sf.json.JSONNull);
        assertProblem(answer, "offline", "offline", "The agent is offline, and is not started for this.");

        String page = page();
        for (String text : List.of(
                "good Has problems",
                "driver docker",
                "not known",
                Rig.REGISTRY + ": not accepted",
                "offline Offline")) {
            assertTrue(page.contains(text), () -> text + " is not in " + page);
        }
        ChineseBrowser.assertShows(
                htmlPage(ChineseBrowser.of(jenkins), "auditor"),
                "此 docker 没有 buildx。请安装 docker-buildx 插件。",
                "代理处于离线状态，不会为此次查询启动它。",
                Rig.REGISTRY + " 的凭据是“wrong”。");
        SecretSearch search = new SecretSearch(wrong);
        assertFalse(search.matches(page + answer));
        assertEquals(List.of(), search.files(directory));
        assertEquals(
                List.of(), search.files(jenkins.jenkins.getRootDir().toPath().resolve("logs")));
        assertEquals(List.of(), search.processes());
        assertFalse(Jenkins.logRecords.stream()
                .map(LogRecord::getMessage)
                .anyMatch(text -> text != null && search.matches(text)));
        assertNothingLeft();
        assertEquals(0, jenkins.jenkins.getQueue().getItems().length);
    }

    @Test
    void agentThatIsReadyHasNoProblemAndOneThatTellsItsLoginsIsNotQuoted() throws Exception {
        RigJenkins.addCredentials();
        MultiArchBuildConfiguration.get()
                .setRegistries(List.of(new RegistryCredentials(Rig.REGISTRY, RigJenkins.CREDENTIALS)));
        start("ready", Map.of("LANG", "C.UTF-8"));
        start(
                "telling",
                stub(
                        "telling",
                        "case \"$*\" in *imagetools*) tr -d '\\n' < \"$DOCKER_CONFIG/config.json\" >&2; exit 1 ;;"
                                + " *) exec " + Rig.program("docker") + " \"$@\" ;; esac"));

        JSONObject answer = ask();

        JSONObject ready = agent(answer, "ready");
        assertEquals("ready", ready.getString("state"), ready::toString);
        assertEquals(
                "[{\"accepted\":true,\"registry\":\"" + Rig.REGISTRY + "\"}]", sorted(ready.getJSONArray("logins")));
        assertTrue(page().contains(Rig.REGISTRY + ": accepted"));
        String told = agent(answer, "telling").getJSONArray("problems").getString(0);
        assertTrue(told.contains("auths") && told.contains("****"), told);
        assertFalse(new SecretSearch(Rig.PASSWORD).matches(answer + page()));
        assertNothingLeft();
    }

    /** One hangs itself, and the other's docker does. */
    @Test
    void agentThatDoesNotAnswerInTimeHasItsRow() throws Exception {
        System.setProperty(SECONDS, "15");
        start("hanging", stub("hanging", "exec sleep 300.125"));
        start("frozen", Map.of()).freeze();

        JSONObject answer = ask();

        assertProblem(answer, "hanging", "problems", "'docker version --format' did not end within 12 seconds.");
        assertProblem(answer, "frozen", "noAnswer", "The agent did not answer within 15 seconds.");
        awaitEnd("300.125");
    }

    @Test
    void dockerThatIgnoresTheSignalToEndIsEndedWithItsChildren() throws Exception {
        System.setProperty(SECONDS, "10");
        Path reached = directory.resolve("reached");
        String script = "trap '' TERM; touch " + reached + "; sleep 300.375 > /dev/null 2>&1 & exec sleep 300.25";
        start("stubborn", stub("stubborn", script));

        ask();

        assertTrue(Files.exists(reached));
        awaitEnd("300.25");
        awaitEnd("300.375");
    }

    /** Waits until no process has an argument. */
    private static void awaitEnd(String argument) throws Exception {
        await(Duration.ofSeconds(30), () -> !isRunningWith(argument));
    }

    @Test
    void agentThatGoesWhileItIsAskedHasItsRowAndLeavesNoLogin() throws Exception {
        RigJenkins.addCredentials();
        MultiArchBuildConfiguration.get()
                .setRegistries(List.of(new RegistryCredentials(Rig.REGISTRY, RigJenkins.CREDENTIALS)));
        Path reached = directory.resolve("reached");
        ProcessAgent agent = start(
                "going",
                stub(
                        "going",
                        "case \"$*\" in *imagetools*) touch " + reached + "; while [ -e " + reached
                                + " ]; do sleep 0.1; done ;; *) exec " + Rig.program("docker") + " \"$@\" ;; esac"));
        post("administrator");
        await(PATIENCE, () -> Files.exists(reached));
        assertFalse(left().isEmpty(), "it has the login now");

        agent.close();

        await(PATIENCE, () -> !answer().getBoolean("running"));
        assertProblem(answer(), "going", "gone", "The agent went away while it was asked.");
        start("going", Map.of());
        await(PATIENCE, () -> left().isEmpty());
        Files.delete(reached);
    }

    @Test
    void secondAdministratorWaitsForTheFirst() throws Exception {
        Path go = directory.resolve("go");
        start("waiting", stub("waiting", "while [ ! -e " + go + " ]; do sleep 0.1; done; echo stub >&2; exit 1"));

        assertEquals(302, post("administrator").getStatusCode());
        long asked = answer().getLong("asked");
        assertEquals("asking", agent(answer(), "waiting").getString("state"));
        HtmlPage page = htmlPage("administrator");
        assertEquals("3", page.getFirstByXPath("string(//meta[@http-equiv='refresh']/@content)"), "it reloads");
        assertNull(page.getFirstByXPath("//form[@name='ask']"));
        assertEquals(302, post("administrator").getStatusCode());

        assertEquals(asked, answer().getLong("asked"), "nobody is asked twice");
        Files.createFile(go);
        await(PATIENCE, () -> !answer().getBoolean("running"));
        assertProblem(answer(), "waiting", "problems", "The builder cannot be used: stub");
        assertFalse(htmlPage("administrator").getByXPath("//form[@name='ask']").isEmpty());
        assertTrue(htmlPage("administrator")
                .getByXPath("//meta[@http-equiv='refresh']")
                .isEmpty());
    }

    @Test
    void onlyAdministratorsAskAndOnlyWhoMayReadTheSystemReads() throws Exception {
        long before = ExtensionList.lookupSingleton(ReadinessPage.class).getAsked();

        assertEquals(403, post("reader").getStatusCode());
        assertEquals(403, post("auditor").getStatusCode());
        assertEquals(403, get("reader", "").getStatusCode());
        assertEquals(403, get("reader", "api/json").getStatusCode());
        assertEquals(200, get("auditor", "api/json").getStatusCode());
        assertEquals(404, get("administrator", "ask").getStatusCode());
        assertTrue(htmlPage("auditor").getByXPath("//form[@name='ask']").isEmpty());
        assertFalse(htmlPage("administrator").getByXPath("//form[@name='ask']").isEmpty());
        assertFalse(get("reader", "..").getContentAsString().contains("multi-arch-builds"));
        assertTrue(get("administrator", "..").getContentAsString().contains("multi-arch-builds"));

        assertEquals(before, ExtensionList.lookupSingleton(ReadinessPage.class).getAsked(), "nobody was asked");
    }

    private ProcessAgent start(String name, Map<String, String> environment) throws Exception {
        Path root = Files.createDirectories(directory.resolve(name));
        ProcessAgent agent = ProcessAgent.start(jenkins, name, root, environment);
        agents.add(agent);
        return agent;
    }

    /** An environment with a docker that is a script. */
    private Map<String, String> stub(String name, String script) throws IOException {
        Path docker = Files.createDirectories(directory.resolve(name + "-bin")).resolve("docker");
        Files.writeString(docker, "#!/bin/sh\n" + script + "\n");
        docker.toFile().setExecutable(true);
        return Map.of("PATH", docker.getParent() + ":" + System.getenv("PATH"), "LANG", "C.UTF-8");
    }

    private JSONObject ask() throws Exception {
        assertEquals(302, post("administrator").getStatusCode());
        await(PATIENCE, () -> !answer().getBoolean("running"));
        return answer();
    }

    private static JSONObject answer() throws Exception {
        return JSONObject.fromObject(get("auditor", "api/json").getContentAsString());
    }

    private static JSONObject agent(JSONObject answer, String name) {
        return answer.getJSONArray("agents").stream()
                .map(JSONObject.class::cast)
                .filter(agent -> agent.getString("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void assertProblem(JSONObject answer, String name, String state, String problem) {
        JSONObject agent = agent(answer, name);
        assertEquals(state, agent.getString("state"), agent::toString);
        assertEquals(1, agent.getJSONArray("problems").size(), agent::toString);
        assertTrue(agent.getJSONArray("problems").getString(0).startsWith(problem), agent::toString);
    }

    private static String sorted(JSONArray logins) {
        return JSONArray.fromObject(logins.stream()
                        .map(login -> new JSONObject()
                                .element("accepted", ((JSONObject) login).getBoolean("accepted"))
                                .element("registry", ((JSONObject) login).getString("registry")))
                        .toList())
                .toString();
    }

    private void assertNothingLeft() throws IOException {
        assertEquals(List.of(), left());
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.walk(directory, 2)) {
            return files.filter(file -> file.getFileName().toString().startsWith("multi-arch-build-"))
                    .toList();
        }
    }

    private static String page() throws Exception {
        return htmlPage("auditor").asNormalizedText().replace('\t', ' ');
    }

    private static HtmlPage htmlPage(String user) throws Exception {
        return htmlPage(jenkins.createWebClient(), user);
    }

    private static HtmlPage htmlPage(JenkinsRule.WebClient browser, String user) throws Exception {
        try (JenkinsRule.WebClient client = browser.withBasicApiToken(user)) {
            client.getOptions().setJavaScriptEnabled(false);
            client.setRefreshHandler((page, url, seconds) -> {});
            return client.goTo("manage/multi-arch-builds/");
        }
    }

    private static WebResponse post(String user) throws Exception {
        return request(user, HttpMethod.POST, "ask");
    }

    private static WebResponse get(String user, String path) throws Exception {
        return request(user, HttpMethod.GET, path);
    }

    private static WebResponse request(String user, HttpMethod method, String path) throws Exception {
        try (JenkinsRule.WebClient client = jenkins.createWebClient().withBasicApiToken(user)) {
            client.setThrowExceptionOnFailingStatusCode(false);
            client.getOptions().setJavaScriptEnabled(false);
            client.getOptions().setRedirectEnabled(method == HttpMethod.GET);
            client.setRefreshHandler((page, url, seconds) -> {});
            return client.getPage(new WebRequest(new URL(jenkins.getURL(), "manage/multi-arch-builds/" + path), method))
                    .getWebResponse();
        }
    }
}
