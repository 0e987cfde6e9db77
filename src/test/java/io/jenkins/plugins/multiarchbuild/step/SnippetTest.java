package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.util.NameValuePair;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** What the Snippet Generator makes of the form, and what the pages of the Pipeline syntax show of the steps. */
class SnippetTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    /** Every field as it is when nobody has touched it. */
    private static final JSONObject UNTOUCHED = new JSONObject()
            .element("platforms", "")
            .element("baseTags", "")
            .element("tagsFrom", "")
            .element("repositories", "")
            .element("credentialsId", "")
            .element("includeUser", false)
            .element("context", "")
            .element("dockerfile", "")
            .element("bake", "")
            .element("bakeTargets", "")
            .element("agents", "")
            .element("stash", "")
            .element("push", true)
            .element("archive", "")
            .element("publish", true)
            .element("dockerfiles", "")
            .element("builder", "")
            .element("tool", "")
            .element("buildArgs", "")
            .element("labels", "")
            .element("registries", "")
            .element("secrets", "")
            .element("ssh", "")
            .element("target", "")
            .element("buildContexts", "")
            .element("cacheFrom", "")
            .element("cacheTo", "")
            .element("pull", false)
            .element("noCache", false)
            .element("network", "")
            .element("provenance", "")
            .element("archTags", "")
            .element("verifyPlatforms", true)
            .element("foreignPrograms", "")
            .element("smokeTest", "")
            .element("smokeTestTimeout", "120")
            .element("smokeTestNetwork", "")
            .element("failFast", true)
            .element("log", "")
            .element("retries", "2");

    @Test
    void defaultsAreNotPrinted() throws Exception {
        assertEquals(
                "multiArchBuild baseTags: ['app:1', 'app:2'], platforms: ['linux/amd64', 'linux/arm64']",
                snippet(
                        MultiArchBuildStep.class,
                        form("platforms", "linux/amd64, linux/arm64", "baseTags", "app:1 app:2")));
    }

    @Test
    void textBecomesListsAndMaps() throws Exception {
        JSONObject form = form(
                "platforms", "amd64 arm64",
                "baseTags", "app:1",
                "credentialsId", "registry-push",
                "context", "services/web",
                "dockerfile", "Containerfile",
                "agents", "amd64=x86 && docker\r\n*=arm64",
                "stash", "source",
                "dockerfiles", "linux/arm64=Dockerfile.arm64",
                "builder", "multiarch",
                "buildArgs", "VERSION=1.0\n\nQUOTE=it's $HOME=\\n",
                "labels", "vendor=b",
                "target", "runtime",
                "provenance", "false",
                "archTags", "true");
        form.element("publish", false).element("failFast", false).element("retries", "0");

        assertEquals(
                "multiArchBuild agents: [amd64: 'x86 && docker', '*': 'arm64'], archTags: true, baseTags: ['app:1'],"
                        + " buildArgs: [VERSION: '1.0', QUOTE: 'it\\'s $HOME=\\\\n'], builder: 'multiarch',"
                        + " context: 'services/web', credentialsId: 'registry-push', dockerfile: 'Containerfile',"
                        + " dockerfiles: ['linux/arm64': 'Dockerfile.arm64'], failFast: false,"
                        + " labels: [vendor: 'b'], platforms: ['amd64', 'arm64'], provenance: false,"
                        + " publish: false, retries: 0, stash: 'source', target: 'runtime'",
                snippet(MultiArchBuildStep.class, form));
        ;
    }

    @Test
    void oneFieldMayHaveSeveralKindsOfValues() throws Exception {
        assertAll(
                () -> assertEquals("archTags: 'uname'", optional("archTags", "uname")),
                () -> assertEquals("archTags: ['linux/arm64': 'arm']", optional("archTags", "linux/arm64=arm")),
                () -> assertEquals("", optional("archTags", "false")),
                () -> assertEquals("builder: [name: 'farm']", optional("builder", "name=farm")),
                () -> assertEquals(
                        "builder: '''name=farm\n[mirrors]\ndocker.io=m'''",
                        optional("builder", "name=farm\r\n[mirrors]\r\ndocker.io=m")),
                () -> assertEquals("cache: true", optional("cache", "true")),
                () -> assertEquals("cache: 'r.example/cache'", optional("cache", "r.example/cache")),
                () -> assertEquals("", optional("cache", "false")),
                () -> assertEquals("provenance: 'mode=max'", optional("provenance", "mode=max")),
                () -> assertEquals("provenance: true", optional("provenance", "true")));
    }

    @Test
    void credentialsAreNamedByEntry() throws Exception {
        assertAll(
                () -> assertTrue(snippet(
                                MultiArchBuildStep.class,
                                form("registries", "registry.example.com=base\r\ndocker.io=hub"))
                        .contains("registries: [[url: 'registry.example.com', credentialsId: 'base'],"
                                + " [url: 'docker.io', credentialsId: 'hub']]")),
                () -> assertEquals("secrets: [npm: 'token']", optional("secrets", "npm=token")),
                () -> assertEquals("ssh: ['default': 'key']", optional("ssh", "default=key")));
    }

    @Test
    void contextsCacheAndNetworkHaveSnippets() throws Exception {
        JSONObject form = form(
                "platforms", "arm64",
                "baseTags", "app:1",
                "buildContexts", "base=docker-image://base:2",
                "cacheFrom", "app:cache\r\ntype=local,src=/c",
                "cacheTo", "type=registry,ref=app:cache,mode=max",
                "network", "none");
        form.element("pull", true).element("noCache", true);

        assertEquals(
                "multiArchBuild baseTags: ['app:1'], buildContexts: [base: 'docker-image://base:2'],"
                        + " cacheFrom: ['app:cache', 'type=local,src=/c'],"
                        + " cacheTo: ['type=registry,ref=app:cache,mode=max'], network: 'none', noCache: true,"
                        + " platforms: ['arm64'], pull: true",
                snippet(MultiArchBuildStep.class, form));
    }

    @Test
    void valuesOfSinglePlatformsAreMapsInTheMap() throws Exception {
        assertEquals(
                "multiArchBuild baseTags: ['app:1'],"
                        + " buildArgs: [VERSION: '1', 'linux/arm64': [JDK: 'aarch64', A: 'b'], '*': [JDK: 'x64']],"
                        + " dockerfile: 'Dockerfile_${arch}', platforms: ['arm64'], target: [arm64: 'small']",
                snippet(
                        MultiArchBuildStep.class,
                        form(
                                "platforms", "arm64",
                                "baseTags", "app:1",
                                "buildArgs", "VERSION=1\r\n\r\n[linux/arm64]\r\nJDK=aarch64\r\nA=b\r\n[*]\r\nJDK=x64",
                                "dockerfile", "Dockerfile_${arch}",
                                "target", "arm64=small")));
        assertEquals("target: 'runtime'", optional("target", "runtime"));
        assertEquals("labels: '''[arm64]\norg.example.a=b'''", optional("labels", "[arm64]\r\norg.example.a=b"));
    }

    /** The form of an existing step shows what it was made from. */
    @Test
    void valuesOfSinglePlatformsAreShownBelowTheirPlatform() {
        assertEquals(
                "A=1\nB=2\n[AARCH64]\nA=3",
                FormText.of(new TreeMap<>(Map.of("A", "1", "AARCH64", Map.of("A", "3"), "B", "2"))));
    }

    @Test
    void smokeTestHasSnippets() throws Exception {
        assertAll(
                () -> assertEquals("smokeTest: ['java', '-version']", optional("smokeTest", "java -version")),
                () -> assertEquals(
                        "smokeTest: ['sh', '-c', 'a=1; run $a']", optional("smokeTest", "sh -c 'a=1; run $a'")),
                () -> assertEquals(
                        "smokeTest: [arm64: ['app', '--x=1'], '*': ['app']]",
                        optional("smokeTest", "arm64=app --x=1\r\n*=app")),
                () -> assertEquals("smokeTestTimeout: 5", optional("smokeTestTimeout", "5")),
                () -> assertEquals("smokeTestNetwork: 'default'", optional("smokeTestNetwork", "default")),
                () -> assertEquals("log: 'raw'", optional("log", "raw")),
                () -> assertEquals(
                        "arm64=app \"\" 'say \"a\"'", FormText.of(Map.of("arm64", List.of("app", "", "say \"a\"")))));
    }

    @Test
    void optionsOfRunHaveSnippets() throws Exception {
        assertAll(
                () -> assertEquals("shmSize: '128m'", optional("shmSize", " 128m ")),
                () -> assertEquals("shmSize: '134217728'", optional("shmSize", "134217728")),
                () -> assertEquals("ulimits: ['nofile=1:2', 'core=0']", optional("ulimits", "nofile=1:2 core=0")),
                () -> assertEquals("addHosts: [mirror: '192.0.2.1']", optional("addHosts", "mirror=192.0.2.1")),
                () -> assertEquals("entitlements: ['network.host']", optional("entitlements", "network.host")));
    }

    @Test
    void withoutPushBaseTagsCanBeLeftOut() throws Exception {
        JSONObject form = form("platforms", "arm64");
        form.element("push", false);
        assertEquals("multiArchBuild platforms: ['arm64'], push: false", snippet(MultiArchBuildStep.class, form));
    }

    @Test
    void archiveHasSnippet() throws Exception {
        JSONObject form = form("platforms", "arm64", "archive", " out/app.tar ");
        form.element("push", false);
        assertEquals(
                "multiArchBuild archive: 'out/app.tar', platforms: ['arm64'], push: false",
                snippet(MultiArchBuildStep.class, form));
    }

    @Test
    void tagsFromGitReplaceBaseTags() throws Exception {
        assertEquals(
                "multiArchBuild platforms: ['arm64'], repositories: ['r.example/team/app', 'app'], tagsFrom: 'git'",
                snippet(
                        MultiArchBuildStep.class,
                        form("platforms", "arm64", "tagsFrom", "git", "repositories", "r.example/team/app, app")));
    }

    @Test
    void nameWithDotsStaysText() throws Exception {
        assertEquals("labels: 'org.example.a=b'", optional("labels", "org.example.a=b"));
        assertEquals("labels: '''a=b\norg.example.a=b'''", optional("labels", "a=b\r\norg.example.a=b"));
    }

    /** The field has said what is wrong; a stack trace in the snippet's place says nothing. */
    @Test
    void textThatIsNoMapStaysText() throws Exception {
        assertEquals("buildArgs: 'VERSION'", optional("buildArgs", "VERSION"));
    }

    @Test
    void publishStepHasSnippet() throws Exception {
        assertEquals(
                "multiArchPublish baseTags: ['app:1'], credentialsId: 'registry-push', images: ['app:1-amd64', 'app:1-arm64']",
                snippet(
                        MultiArchPublishStep.class,
                        new JSONObject()
                                .element("images", "app:1-amd64\napp:1-arm64")
                                .element("baseTags", "app:1")
                                .element("credentialsId", "registry-push")));
    }

    @Test
    void checkStepHasSnippet() throws Exception {
        JSONObject form = new JSONObject()
                .element("platforms", "linux/amd64, linux/arm64")
                .element("agents", "amd64=x86 && docker\n*=arm64")
                .element("builder", "")
                .element("failOnProblem", true);
        assertEquals(
                "multiArchCheck agents: [amd64: 'x86 && docker', '*': 'arm64'], platforms: ['linux/amd64', 'linux/arm64']",
                snippet(MultiArchCheckStep.class, form));
        form.element("builder", "farm").element("failOnProblem", false).element("agents", "");
        assertEquals(
                "multiArchCheck builder: 'farm', failOnProblem: false, platforms: ['linux/amd64', 'linux/arm64']",
                snippet(MultiArchCheckStep.class, form));
    }

    @Test
    void snippetIsUnderstoodByScriptedAndDeclarative() throws Exception {
        String snippet = snippet(
                MultiArchBuildStep.class,
                form(
                        "platforms", "amd64 arm64",
                        "baseTags", "app:1",
                        "agents", "*=no && where",
                        "buildArgs", "A=b",
                        "provenance", "false",
                        "archTags", "true",
                        "credentialsId", "nobody"));
        for (String script :
                List.of(snippet, "pipeline { agent none\nstages { stage('s') { steps {\n" + snippet + "\n} } } }")) {
            WorkflowJob job = jenkins.createProject(WorkflowJob.class);
            job.setDefinition(new CpsFlowDefinition(script, true));
            WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
            jenkins.assertLogContains("ERROR: No credentials 'nobody' for the registry docker.io.", run);
        }
    }

    @Test
    void referenceShowsTheStepsWithoutError() throws Exception {
        HtmlPage reference = jenkins.createWebClient().goTo("pipeline-syntax/html");
        for (String step : List.of("multiArchBuild", "multiArchPublish", "multiArchCheck")) {
            DomElement section =
                    reference.getFirstByXPath("//dt[contains(@class, 'step-title')][code[normalize-space() = '" + step
                            + "']]/following-sibling::dd[1]");
            assertFalse(section.asXml().contains("Exception"), section::asXml);
            assertFalse(section.getElementsByTagName("div").isEmpty(), step + " has help");
        }
    }

    @Test
    void otherSyntaxPagesShowTheStepsWithoutError() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        JenkinsRule.WebClient client = jenkins.createWebClient();
        for (String root : List.of("", job.getUrl())) {
            for (String page : List.of("pipeline-syntax/", "directive-generator/")) {
                String text = client.goTo(root + page).asXml();
                assertFalse(text.contains("Exception"), root + page);
            }
        }
        for (String page : List.of("pipeline-syntax/gdsl", "pipeline-syntax/dsld")) {
            String text = client.goTo(page, "text/plain").getWebResponse().getContentAsString();
            assertTrue(text.contains("'multiArchBuild'"), page);
            assertFalse(text.lines().anyMatch(line -> line.startsWith("//") && line.contains("multiarch")), page);
        }
    }

    @Test
    void everyParameterHasHelp() throws Exception {
        for (Class<?> step : List.of(MultiArchBuildStep.class, MultiArchPublishStep.class, MultiArchCheckStep.class)) {
            for (String field : Stream.concat(
                            DescribableModel.of(step).getParameters().stream()
                                    .map(parameter -> "/" + parameter.getName()),
                            Stream.of(""))
                    .toList()) {
                Page help = jenkins.createWebClient().goTo("descriptor/" + step.getName() + "/help" + field, null);
                assertTrue(help.getWebResponse().getContentAsString().contains("<div>"), step + field);
            }
        }
    }

    private String optional(String field, String text) throws Exception {
        String snippet =
                snippet(MultiArchBuildStep.class, form("platforms", "arm64", "baseTags", "app:1", field, text));
        return Stream.of(snippet.replaceFirst("^multiArchBuild ", "").split(", (?=[a-zA-Z]+: )"))
                .filter(argument -> argument.startsWith(field + ":"))
                .findFirst()
                .orElse("");
    }

    private static JSONObject form(String... entries) {
        JSONObject form = JSONObject.fromObject(UNTOUCHED);
        for (int i = 0; i < entries.length; i += 2) {
            form.element(entries[i], entries[i + 1]);
        }
        return form;
    }

    private String snippet(Class<?> step, JSONObject form) throws Exception {
        form.element("stapler-class", step.getName()).element("$class", step.getName());
        JenkinsRule.WebClient client = jenkins.createWebClient();
        WebRequest request = new WebRequest(new URL(jenkins.getURL(), Snippetizer.GENERATE_URL), HttpMethod.POST);
        request.setRequestParameters(List.of(new NameValuePair("json", form.toString())));
        client.addCrumb(request);
        return client.getPage(request).getWebResponse().getContentAsString().trim();
    }
}
