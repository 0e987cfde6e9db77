package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.HostnameSpecification;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Item;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.harness.ChineseBrowser;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.util.NameValuePair;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** The checks and drop-downs of the form, asked for as a browser does, by users who may and users who may not. */
class StepFormTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static WorkflowJob job;

    private static final String ADMINISTRATOR = "administrator";
    private static final String DEVELOPER = "developer";
    private static final String READER = "reader";

    /** Field, text, and the beginning of what is said about it, or nothing. */
    private static final List<String> CHECKS = List.of(
            "platforms | linux/amd64, aarch64 | ",
            "platforms |  | No platforms. Name at least one",
            "platforms | linux/vax | Unknown platform 'linux/vax'.",
            "platforms | arm64 aarch64 | The platform linux/arm64 is named twice",
            "baseTags | app:1 registry.example.com:5000/app:2 | ",
            "baseTags |  | No base tag.",
            "baseTags | &push=true | No base tag.",
            "baseTags | &push=false | ",
            "baseTags | app&push=false | The base tag 'app' has no tag.",
            "baseTags | app | The base tag 'app' has no tag.",
            "baseTags | app=registry.example.com/app:1 app:2 | ",
            "baseTags | app=registry.example.com/app | The base tag 'registry.example.com/app' has no tag.",
            "bake |  | ",
            "bake | docker-bake.hcl | ",
            "bake | - | bake: '-' is not a file of the source.",
            "bakeTargets | app&bake=docker-bake.hcl | ",
            "bakeTargets | a.b&bake=docker-bake.hcl | bakeTargets: 'a.b' is not the name of a target.",
            "bakeTargets | app | bakeTargets: there is no bake file.",
            "bakeTargets | app worker&bake=docker-bake.hcl | ",
            "archive |  | ",
            "archive | out/app.tar&push=false | ",
            "archive | /tmp/app.tar&push=false | archive: '/tmp/app.tar' is not the path of a file in the workspace.",
            "archive | out/app.tar&push=true | archive: an image is either pushed or archived.",
            "context | services/web | ",
            "context |  | ",
            "context | - | The context '-' (standard input) cannot be used",
            "dockerfiles | arm64=Dockerfile.arm64 | ",
            "dockerfiles | vax=Dockerfile.vax | Unknown platform 'vax'.",
            "dockerfiles | arm64 | dockerfiles: the line 'arm64' is not written as name=value.",
            "agents | *=built-in | ",
            "agents | arm64=nowhere | No agent has the label 'nowhere' at the moment.",
            "agents | arm64=a && | 'a &&' is not a label expression.",
            "agents | vax=built-in | Unknown platform 'vax'.",
            "agents | arm64= | The entry for 'arm64' is empty.",
            "builder | multiarch | ",
            "builder | a b | builder: 'a b' is not the name of a builder.",
            "builder | name=farm\n[mirrors]\ndocker.io=m | ",
            "builder | name=farm\nkeepStorage=20 | keepStorage: '20' is not an amount of disk space.",
            "tool |  | ",
            "tool | docker-27 | tool: there is no Docker tool 'docker-27'.",
            "buildArgs | A=b=c | ",
            "buildArgs | A=b\n[arm64]\nA=c | ",
            "buildArgs | [vax]\nA=b | buildArgs: only a platform may have values of its own. Unknown platform 'vax'.",
            "dockerfile | Dockerfile_${arch} | ",
            "dockerfile | Dockerfile_${a} | dockerfile: '${a}' is not a placeholder.",
            "target | runtime | ",
            "target | arm64=runtime | ",
            "target | vax=runtime | Unknown platform 'vax'.",
            "buildArgs | =b | buildArgs: '' is not a name.",
            "labels | a.b=c | ",
            "labels | a | labels: the line 'a' is not written as name=value.",
            "registries | registry.example.com=base | ",
            "registries | registry.example.com | registries: the line 'registry.example.com' is not written",
            "registries | registry.example.com= | registries: the entry for registry.example.com has no credentialsId.",
            "secrets | npm=token | ",
            "secrets | npm | secrets: the line 'npm' is not written as name=value.",
            "ssh | default=key | ",
            "ssh | key | ssh: the line 'key' is not written as name=value.",
            "buildContexts | assets=web | ",
            "buildContexts | assets | buildContexts: the line 'assets' is not written as name=value.",
            "cache | true | ",
            "cache | registry.example.com/team/cache:app | ",
            "cache | yes! | 'yes!' is not a valid image reference",
            "cacheFrom | app:cache type=local,src=/c | ",
            "cacheFrom | type=none | cacheFrom: type=none is not a type of cache.",
            "cacheTo | type=registry, ref=app:cache, mode=max | ",
            "cacheTo | mode=max | cacheTo: 'mode=max' is not understood.",
            "network | none | ",
            "network |  | ",
            "network | bridge | network: 'bridge' is not understood.",
            "shmSize | 128m | ",
            "shmSize | much | shmSize: 'much' is not a size.",
            "ulimits | nofile=1024:2048, core=0 | ",
            "ulimits | nofile | ulimits: 'nofile' is not understood.",
            "addHosts | a=192.0.2.1\nb=2001:db8::1 | ",
            "addHosts | a=b | addHosts: 'b' for a is not an IP address.",
            "entitlements | network.host security.insecure | ",
            "entitlements | root | entitlements: 'root' is not understood.",
            "provenance |  | ",
            "provenance | mode=max | ",
            "provenance | false | ",
            "provenance | maybe | provenance: 'maybe' is not understood.",
            "archTags | true | ",
            "archTags | uname | ",
            "archTags | arm64=arm | ",
            "archTags | maybe | archTags: 'maybe' is not understood.",
            "archTags | *=same&platforms=amd64 arm64&baseTags=app:1 | The arch tag docker.io/library/app:1-same of linux/arm64",
            "archTags | *=same&platforms=amd64&baseTags=app:1 | ",
            "smokeTest | java -version | ",
            "smokeTest | arm64=java -version | ",
            "smokeTest | arm64= | smokeTest: there is no command.",
            "smokeTestTimeout | 10 | ",
            "smokeTestTimeout | 0 | smokeTestTimeout: 0 is not a number of seconds from 1 to 86400.",
            "smokeTestTimeout | soon | 'soon' is not a number.",
            "log | raw | ",
            "log | json | log: 'json' is not understood.",
            "smokeTestNetwork | default | ",
            "smokeTestNetwork | host | smokeTestNetwork: 'host' is not understood.",
            "retries | 0 | ",
            "retries |  | ",
            "retries | two | 'two' is not a number.",
            "retries | -1 | retries: -1 is not a number from 0 to 10.",
            "credentialsId |  | ",
            "credentialsId | password | ",
            "credentialsId | nobody | There are no credentials 'nobody'",
            "credentialsId | text | There are no credentials 'text'",
            "credentialsId | of-jenkins | There are no credentials 'of-jenkins'",
            "credentialsId | for-example&baseTags=registry.example.com/app:1 | ",
            "credentialsId | for-example&baseTags=other.example.org/app:1 | There are no credentials 'for-example'");

    @BeforeAll
    static void farm() throws Exception {
        job = jenkins.createProject(WorkflowJob.class, "job");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to(ADMINISTRATOR)
                .grant(Jenkins.READ, Item.READ, Item.CONFIGURE)
                .everywhere()
                .to(DEVELOPER)
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to(READER));
        SystemCredentialsProvider store = SystemCredentialsProvider.getInstance();
        store.getCredentials().add(password("password"));
        // for Jenkins itself, never for jobs, so no form may offer it
        store.getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.SYSTEM, "of-jenkins", null, "user", "a-password-of-some-length"));
        store.getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "text", null, Secret.fromString("secret")));
        store.getDomainCredentialsMap()
                .put(
                        new Domain("example", null, List.of(new HostnameSpecification("*.example.com", null))),
                        new ArrayList<>(List.of(password("for-example"))));
        store.save();
    }

    @Test
    void fieldsSayWhatIsWrong() {
        assertAll(CHECKS.stream().map(line -> (Executable) () -> {
            String[] parts = line.split(" \\| ?", 3);
            String said = check(DEVELOPER, job.getUrl(), parts[0], parts[1]);
            if (parts[2].isEmpty()) {
                assertEquals("<div/>", said, line);
            } else {
                assertTrue(said.contains(parts[2]), () -> line + " said: " + said);
            }
        }));
    }

    @Test
    void fieldsSayItInTheLanguageOfTheBrowser() throws Exception {
        try (JenkinsRule.WebClient client = ChineseBrowser.of(jenkins).withBasicApiToken(DEVELOPER)) {
            WebRequest request = new WebRequest(
                    new URL(
                            jenkins.getURL(),
                            job.getUrl() + "descriptorByName/" + MultiArchBuildStep.class.getName() + "/checkArchTags"),
                    HttpMethod.POST);
            request.setRequestParameters(List.of(new NameValuePair("value", "maybe")));
            ChineseBrowser.assertShows(client.getPage(request), "archTags：无法理解“maybe”。请使用 true、false");
        }
        assertTrue(check(DEVELOPER, job.getUrl(), "archTags", "maybe").contains("is not understood"));
    }

    /** Its fields are those of multiArchBuild, but its builder is only a name. */
    @Test
    void checkStepSaysWhatIsWrong() throws Exception {
        for (String line : CHECKS) {
            String[] parts = line.split(" \\| ?", 3);
            if (List.of("platforms", "agents", "builder").contains(parts[0])) {
                String of = MultiArchCheckStep.class.getName();
                String said = check(of, DEVELOPER, job.getUrl(), parts[0], parts[1]);
                if (parts[1].startsWith("name=")) {
                    assertTrue(said.contains("is not the name of a builder."), said);
                    continue;
                }
                assertTrue(parts[2].isEmpty() ? said.equals("<div/>") : said.contains(parts[2]), line + ": " + said);
                assertEquals("<div/>", check(of, READER, job.getUrl(), parts[0], parts[1]), line);
                assertEquals(
                        404,
                        request(of, DEVELOPER, HttpMethod.GET, job.getUrl(), check(parts[0]), "")
                                .getStatusCode());
            }
        }
    }

    @Test
    void labelWithoutAgentIsOnlyWarning() throws Exception {
        assertTrue(check(DEVELOPER, job.getUrl(), "agents", "arm64=nowhere").contains("warning"));
        assertTrue(check(DEVELOPER, job.getUrl(), "agents", "arm64=a &&").contains("error"));
    }

    @Test
    void whoMayNotSeeIsToldNothing() {
        assertAll(CHECKS.stream().map(line -> (Executable) () -> {
            String[] parts = line.split(" \\| ?", 3);
            assertEquals("<div/>", check(READER, job.getUrl(), parts[0], parts[1]), line);
            assertEquals("<div/>", check(DEVELOPER, "", parts[0], parts[1]), line);
        }));
    }

    @Test
    void administratorIsToldOutsideOfJobs() throws Exception {
        assertTrue(check(ADMINISTRATOR, "", "platforms", "vax").contains("Unknown platform"));
        assertTrue(check(ADMINISTRATOR, "", "credentialsId", "nobody").contains("There are no credentials"));
        assertEquals(List.of("", "password"), credentials(ADMINISTRATOR, "", "", "other.example.org/app:1"));
    }

    @Test
    void dropDownOffersWhatCanWork() throws Exception {
        assertEquals(
                List.of("", "for-example", "password"),
                credentials(DEVELOPER, job.getUrl(), "", "registry.example.com/app:1").stream()
                        .sorted()
                        .toList());
        assertEquals(List.of("", "password"), credentials(DEVELOPER, job.getUrl(), "", "app:1"));
        assertEquals(
                List.of("", "password"),
                credentials(DEVELOPER, job.getUrl(), "", "a.example.com/app:1 other.example.org/app:1"));
    }

    @Test
    void dropDownKeepsTheCurrentValue() throws Exception {
        assertTrue(credentials(DEVELOPER, job.getUrl(), "gone", "app:1").contains("gone"));
        assertEquals(List.of("gone"), credentials(READER, job.getUrl(), "gone", "app:1"));
        assertEquals(List.of(""), credentials(READER, job.getUrl(), "", "app:1"));
        assertEquals(List.of("gone"), credentials(DEVELOPER, "", "gone", "app:1"));
    }

    @Test
    void nothingAnswersGet() throws Exception {
        for (String field :
                CHECKS.stream().map(line -> line.split(" ")[0]).distinct().toList()) {
            assertEquals(
                    404,
                    request(DEVELOPER, HttpMethod.GET, job.getUrl(), check(field), "")
                            .getStatusCode(),
                    field);
        }
        assertEquals(
                404,
                request(DEVELOPER, HttpMethod.GET, job.getUrl(), "fillCredentialsIdItems", "")
                        .getStatusCode());
    }

    private static Credentials password(String id) throws Exception {
        return new UsernamePasswordCredentialsImpl(
                CredentialsScope.GLOBAL, id, null, "user", "a-password-of-some-length");
    }

    private static String check(String field) {
        return "check" + Character.toUpperCase(field.charAt(0)) + field.substring(1);
    }

    private String check(String user, String context, String field, String text) throws Exception {
        return check(MultiArchBuildStep.class.getName(), user, context, field, text);
    }

    private String check(String step, String user, String context, String field, String text) throws Exception {
        WebResponse response = request(step, user, HttpMethod.POST, context, check(field), "value=" + text);
        assertEquals(200, response.getStatusCode(), response.getContentAsString());
        return response.getContentAsString().trim().replace("&#039;", "'").replace("&amp;", "&");
    }

    private List<String> credentials(String user, String context, String current, String baseTags) throws Exception {
        WebResponse response = request(
                user,
                HttpMethod.POST,
                context,
                "fillCredentialsIdItems",
                "credentialsId=" + current + "&baseTags=" + baseTags);
        return JSONObject.fromObject(response.getContentAsString()).getJSONArray("values").stream()
                .map(item -> ((JSONObject) item).getString("value"))
                .toList();
    }

    /** @param query names and values as in a URL, but not escaped, and {@code &} only before a name */
    private WebResponse request(String user, HttpMethod method, String context, String action, String query)
            throws IOException {
        return request(MultiArchBuildStep.class.getName(), user, method, context, action, query);
    }

    private WebResponse request(
            String step, String user, HttpMethod method, String context, String action, String query)
            throws IOException {
        try (JenkinsRule.WebClient client = jenkins.createWebClient().withBasicApiToken(user)) {
            client.setThrowExceptionOnFailingStatusCode(false);
            WebRequest request = new WebRequest(
                    new URL(jenkins.getURL(), context + "descriptorByName/" + step + "/" + action), method);
            if (method == HttpMethod.POST) {
                request.setRequestParameters(Stream.of(query.split("&(?=[a-zA-Z]+=)"))
                        .map(pair -> pair.split("=", 2))
                        .map(pair -> new NameValuePair(pair[0], pair.length < 2 ? "" : pair[1]))
                        .toList());
            }
            return client.getPage(request).getWebResponse();
        }
    }
}
