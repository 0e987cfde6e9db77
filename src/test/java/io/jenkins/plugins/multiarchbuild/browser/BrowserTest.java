package io.jenkins.plugins.multiarchbuild.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.User;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.harness.ChineseBrowser;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.ByteArrayOutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jenkins.model.experimentalflags.UserExperimentalFlagsProperty;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages in a real browser: what people do there, and what they see of real builds. */
@NeedsRig
@NeedsChromium
class BrowserTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String REPOSITORY = RigJenkins.newRepository();
    private static final String ENGLISH = "en";
    private static final String CHINESE = "zh-CN,zh;q=0.9,en;q=0.8";

    private static final String RUN_PAGE = "job/app/2/multi-arch-images/";
    private static final String FAILED_RUN_PAGE = "job/app/3/multi-arch-images/";
    private static final String JOB_PAGE = "job/app/multi-arch-trend/";
    private static final String FARM_PAGE = "manage/multi-arch-builds/";

    private static Chromium chromium;

    @BeforeAll
    static void buildImages() throws Exception {
        ChineseBrowser.useLanguageOfRequests();
        SampleBuilds builds = new SampleBuilds(jenkins, REPOSITORY, 10);
        builds.prepare();
        builds.publish();
        builds.publish();
        builds.fail();
        chromium = Chromium.start();
    }

    @AfterAll
    static void closeBrowser() throws Exception {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void english() throws Exception {
        chromium.setLanguages(ENGLISH);
    }

    /** A page whose Content Security Policy forbids something says so here, as does a script that fails. */
    @AfterEach
    void nothingToComplainAbout() throws Exception {
        assertEquals(List.of(), chromium.takeComplaints());
    }

    @Test
    void snippetOfTheFilledInFormBuilds() throws Exception {
        chromium.logIn(jenkins, SampleBuilds.ADMINISTRATOR);
        String tag = RigJenkins.tag(REPOSITORY, "snippet");
        chromium.open(url("job/app/pipeline-syntax/"));
        chromium.run("""
                const steps = document.querySelector('select.dropdownList');
                const step = [...steps.options].find(each => each.text.startsWith('multiArchBuild:'));
                steps.value = step.value;
                steps.dispatchEvent(new Event('change'));
                """);
        chromium.await("document.querySelector('[name=\"_.platforms\"]')");
        chromium.type(field("platforms"), "linux/amd64 vax");
        chromium.awaitText("Unknown platform 'vax'.");
        chromium.type(field("platforms"), "linux/amd64, linux/arm64");
        chromium.await("!document.body.innerText.includes(\"Unknown platform\")");
        chromium.type(field("baseTags"), tag);
        chromium.await("document.querySelector('[name=\"_.credentialsId\"] option[value=registry-push]')");
        chromium.click(field("credentialsId") + " option[value=registry-push]");
        chromium.click(".advanced-button, .advancedButton");
        chromium.type(field("builder"), Rig.REMOTE_BUILDER);
        chromium.type(field("smokeTest"), "/bin/busybox true");
        chromium.click("#generatePipelineScript");
        chromium.await("document.querySelector('#prototypeText').value");
        String snippet = chromium.run("return document.querySelector('#prototypeText').value")
                .asText();

        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "from-snippet");
        RigJenkins.writeApp(job, jenkins.jenkins.getNode("builder-1"));
        job.setDefinition(new CpsFlowDefinition("node('x86') { " + snippet + " }", true));
        jenkins.buildAndAssertSuccess(job);

        assertEquals("aarch64", Rig.run("linux/arm64", tag));
    }

    @Test
    void settingsAreSavedExportedAndEmptied() throws Exception {
        chromium.logIn(jenkins, SampleBuilds.ADMINISTRATOR);
        chromium.open(url("manage/configure"));
        add("Add platform");
        chromium.type("[name=agents] " + field("platform"), "linux/arm64");
        chromium.type("[name=agents] " + field("label"), "arm64 && docker");
        add("Add registry");
        chromium.type("[name=registries] " + field("registry"), "registry.example.com");
        chromium.await("document.querySelector('[name=registries] option[value=registry-push]')");
        chromium.click("[name=registries] option[value=registry-push]");
        add("Add builder");
        chromium.type("[name=builders] " + field("name"), "farm");
        chromium.type("[name=builders] " + field("keepStorage"), "20 potatoes");
        chromium.awaitText("20 potatoes");
        chromium.type("[name=builders] " + field("keepStorage"), "20GB");
        save();

        assertEquals("""
                  multiArchBuild:
                    agents:
                    - label: "arm64 && docker"
                      platform: "linux/arm64"
                    builders:
                    - driver: "docker-container"
                      keepStorage: "20GB"
                      name: "farm"
                    registries:
                    - credentialsId: "registry-push"
                      registry: "registry.example.com"
                    verifyPlatforms: true
                """, exported());
        chromium.open(url("manage/configure"));
        for (String list : List.of("agents", "registries", "builders")) {
            chromium.click("[name=" + list + "] .repeatable-delete");
            chromium.await("!document.querySelector('[name=" + list + "] .repeatable-delete')");
        }
        save();

        assertEquals("  multiArchBuild:\n    verifyPlatforms: true\n", exported());
        MultiArchBuildConfiguration settings = MultiArchBuildConfiguration.get();
        assertEquals(List.of(), settings.getAgents());
        assertEquals(List.of(), settings.getRegistries());
        assertEquals(List.of(), settings.getBuilders());
    }

    @ParameterizedTest
    @CsvSource({
        "en, light, classic, Multi-arch images, Critical path, Multi-arch trend, Multi-arch builds",
        "en, dark, new, Multi-arch images, Critical path, Multi-arch trend, Multi-arch builds",
        "zh, dark, classic, 多架构镜像, 关键路径, 多架构趋势, 多架构构建",
        "zh, light, new, 多架构镜像, 关键路径, 多架构趋势, 多架构构建"
    })
    void everybodyCanReadThePages(
            String language, String theme, String layout, String run, String path, String job, String farm)
            throws Exception {
        chromium.logIn(jenkins, SampleBuilds.ADMINISTRATOR);
        useNewPages(layout.equals("new"));
        chromium.setLanguages(language.equals("zh") ? CHINESE : ENGLISH);
        String script = theme.equals("dark") ? chromium.addScript(Chromium.resource("dark-theme.js")) : null;
        try {
            assertShown("job/app/2/", run, REPOSITORY + ":latest");
            assertGood(RUN_PAGE, run, path, "linux/arm64", "gzip");
            assertEquals(
                    layout.equals("new") ? 1 : 0,
                    chromium.run(
                                    "return document.querySelectorAll('.app-build-tabs a[href*=multi-arch-images]').length")
                            .asInt(),
                    "its tab");
            assertGood(FAILED_RUN_PAGE, run, path, "test $(/bin/wc -l");
            assertGood(JOB_PAGE, job, "#2", "#3");
            assertGood(FARM_PAGE, farm, "arm64");
        } finally {
            useNewPages(false);
            if (script != null) {
                chromium.removeScript(script);
            }
        }
    }

    @Test
    void agentsSayWhetherTheyAreReady() throws Exception {
        chromium.logIn(jenkins, SampleBuilds.ADMINISTRATOR);
        chromium.open(url(FARM_PAGE));
        chromium.click("form[name=ask] button");
        chromium.await("document.querySelectorAll('#readiness tbody tr').length == 2"
                + " && !document.querySelector('[role=status]')");
        assertGood(FARM_PAGE, "builder-1", "builder-2", "BuildKit");
    }

    @Test
    void nobodySeesMoreThanIsTheirs() throws Exception {
        chromium.logIn(jenkins, SampleBuilds.READER);
        assertGood(RUN_PAGE, "Multi-arch images", "linux/arm64");
        String html = chromium.run("return document.documentElement.outerHTML").asText();
        for (String secret : List.of(Rig.PASSWORD, "/manage", "/replay\"", "multi-arch-builds", "pipeline-syntax")) {
            assertFalse(html.contains(secret), secret);
        }
        assertEquals(403, chromium.status(url(FARM_PAGE)));
        assertFalse(chromium.text().contains("builder-1"), "the farm");
        assertEquals(403, chromium.status(url("manage/configure")));
        assertFalse(chromium.text().contains("Multi-arch"), "the settings");
        assertEquals(200, chromium.status(url(JOB_PAGE)));

        chromium.logIn(jenkins, SampleBuilds.STRANGER);
        for (String page : List.of(RUN_PAGE, RUN_PAGE + "api/json", JOB_PAGE, "job/app/2/")) {
            assertEquals(404, chromium.status(url(page)), page);
            assertFalse(chromium.text().contains(REPOSITORY), page);
        }
        assertEquals(403, chromium.status(url(FARM_PAGE)));

        // that the server refused is in the console as well
        List<String> others = new ArrayList<>(chromium.takeComplaints());
        others.removeIf(complaint -> complaint.matches("http.* the server responded with a status of 40[34] .*"));
        assertEquals(List.of(), others);
    }

    /** Without this, none of the other tests would prove that the pages keep to the policy. */
    @Test
    void policyForbidsInlineScripts() throws Exception {
        chromium.logIn(jenkins, SampleBuilds.READER);
        chromium.open(url(RUN_PAGE));
        chromium.run("const script = document.createElement('script'); script.textContent = 'window.ran = true';"
                + "document.body.append(script);");

        assertFalse(chromium.run("return !!window.ran").asBoolean());
        List<String> complaints = chromium.takeComplaints();
        assertEquals(1, complaints.size(), complaints::toString);
        assertTrue(complaints.get(0).contains("Content Security Policy"), complaints::toString);
    }

    /** Also that people can read and use the page; not for one of Jenkins itself. */
    private static void assertGood(String page, String... texts) throws Exception {
        assertShown(page, texts);
        List<String> problems = new ArrayList<>();
        chromium.runResource("audit.js").forEach(problem -> problems.add(problem.asText()));
        assertEquals("", String.join("\n", problems), page);
    }

    private static void assertShown(String page, String... texts) throws Exception {
        assertEquals(200, chromium.status(url(page)), page);
        String shown = chromium.run("return document.querySelector('#main-panel').textContent")
                .asText();
        for (String text : texts) {
            assertTrue(shown.contains(text), () -> page + " shows no " + text + ": " + shown);
        }
    }

    private static void useNewPages(boolean use) throws Exception {
        User.getById(SampleBuilds.ADMINISTRATOR, true)
                .addProperty(new UserExperimentalFlagsProperty(Map.of(
                        "new-build-page.flag", Boolean.toString(use), "new-job-page.flag", Boolean.toString(use))));
    }

    private static void add(String caption) throws Exception {
        String button = "[...document.querySelectorAll('.repeatable-add')].find(each => each.innerText.trim() == '"
                + caption + "')";
        chromium.run(
                "const button = " + button + "; button.scrollIntoView({block: 'center'}); button.id = 'add-this';");
        chromium.click("#add-this");
        chromium.run("document.querySelector('#add-this').removeAttribute('id')");
    }

    private static void save() throws Exception {
        chromium.click(".jenkins-submit-button[name=Submit]");
        chromium.await("!location.pathname.endsWith('/configure') && document.readyState == 'complete'");
    }

    /** What Configuration as Code exports of the plugin. */
    private static String exported() throws Exception {
        ByteArrayOutputStream yaml = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(yaml);
        StringBuilder own = new StringBuilder();
        boolean inside = false;
        for (String line : yaml.toString(StandardCharsets.UTF_8).split("\n")) {
            inside = line.equals("  multiArchBuild:") || inside && line.startsWith("   ");
            if (inside) {
                own.append(line).append('\n');
            }
        }
        return own.toString();
    }

    private static String field(String name) {
        return "[name=\"_." + name + "\"]";
    }

    private static URL url(String path) throws Exception {
        return new URL(jenkins.getURL(), path);
    }
}
