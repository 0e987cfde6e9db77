package io.jenkins.plugins.multiarchbuild.configuration;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.Functions;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.AccessDeniedException3;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.ConfiguratorException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.builder.BuilderSettings;
import io.jenkins.plugins.multiarchbuild.harness.ChineseBrowser;
import io.jenkins.plugins.multiarchbuild.harness.Documentation;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

class MultiArchBuildConfigurationTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    @TempDir
    private Path directory;

    @Test
    void exampleOfTheDocumentationIsImportedAndExported() throws Exception {
        Path file = directory.resolve("jenkins.yaml");
        Files.writeString(file, Documentation.example("casc", "yaml"));
        ConfigurationAsCode.get().configure(file.toString());

        assertLabel("arm64 && docker", "linux/arm64");
        assertLabel("x86 && docker", "linux/s390x");
        assertEquals(
                "registry-push",
                MultiArchBuildConfiguration.get()
                        .credentialsId("registry.example.com")
                        .orElseThrow());
        assertTrue(MultiArchBuildConfiguration.get().isNoOciArtifacts("registry.gitlab.com"));
        assertFalse(MultiArchBuildConfiguration.get().isNoOciArtifacts("registry.example.com"));

        MultiArchBuildConfiguration settings = MultiArchBuildConfiguration.get();
        assertEquals(20L << 30, settings.builder("farm").orElseThrow().keepStorage());
        assertEquals(
                "tcp://arm.example.com:1234",
                settings.builder("native")
                        .flatMap(each -> each.endpoints().get(Platform.parse("arm64")))
                        .orElseThrow());

        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(exported);
        assertThat(exported.toString(StandardCharsets.UTF_8), containsString("""
                          multiArchBuild:
                            agents:
                            - label: "arm64 && docker"
                              platform: "linux/arm64"
                            - label: "x86 && docker"
                              platform: "*"
                            builders:
                            - keepStorage: "20GB"
                              mirrors: "docker.io=mirror.example.com"
                              name: "farm"
                            - certificates: "buildkit-tls"
                              driver: "remote"
                              endpoint: |-
                                linux/amd64=tcp://x86.example.com:1234
                                linux/arm64=tcp://arm.example.com:1234
                              name: "native"
                            registries:
                            - credentialsId: "registry-push"
                              registry: "https://registry.example.com"
                            - noOciArtifacts: true
                              registry: "registry.gitlab.com"
                        """));
    }

    @Test
    void emptyValuesOfABuilderCountAsMissing() throws Exception {
        Path file = directory.resolve("jenkins.yaml");
        Files.writeString(file, """
                unclassified:
                  multiArchBuild:
                    builders:
                    - name: "farm"
                      driver:
                      endpoint: ~
                      mirrors: ""
                      options: null
                """);
        ConfigurationAsCode.get().configure(file.toString());

        assertEquals(
                new BuilderEntry("farm").settings(),
                MultiArchBuildConfiguration.get().builder("farm").orElseThrow());
    }

    @Test
    void formKeepsWhatIsTyped() throws Exception {
        MultiArchBuildConfiguration.get()
                .setAgents(List.of(new PlatformAgent("arm64", "arm"), new PlatformAgent("*", "x86 || other")));

        RegistryCredentials strict = new RegistryCredentials("https://gitlab.example.com:5050/", "");
        strict.setNoOciArtifacts(true);
        MultiArchBuildConfiguration.get().setRegistries(List.of(new RegistryCredentials("docker.io", "gone"), strict));

        BuilderEntry builder = new BuilderEntry("farm");
        builder.setDriver("remote");
        builder.setEndpoint("arm64=tcp://arm:1\namd64=tcp://x86:1");
        builder.setCertificates("lost");
        builder.setOptions("servername=x");
        builder.setKeepStorage("5GB");
        MultiArchBuildConfiguration.get().setBuilders(List.of(builder));
        BuilderSettings typed = builder.settings();

        jenkins.configRoundtrip();

        assertEquals(typed, MultiArchBuildConfiguration.get().builder("farm").orElseThrow());
        assertEquals(
                "gone",
                MultiArchBuildConfiguration.get().credentialsId("docker.io").orElseThrow());
        assertFalse(MultiArchBuildConfiguration.get().isNoOciArtifacts("docker.io"));
        assertTrue(MultiArchBuildConfiguration.get().isNoOciArtifacts("gitlab.example.com:5050"));

        List<PlatformAgent> agents = MultiArchBuildConfiguration.get().getAgents();
        assertEquals(2, agents.size());
        assertEquals("arm64", agents.get(0).getPlatform());
        assertEquals("x86 || other", agents.get(1).getLabel());
    }

    @Test
    void lastEntryCanBeRemovedInTheForm() throws Exception {
        MultiArchBuildConfiguration settings = MultiArchBuildConfiguration.get();
        settings.setAgents(List.of(new PlatformAgent("arm64", "arm")));
        settings.setRegistries(List.of(new RegistryCredentials("docker.io", "push")));
        settings.setBuilders(List.of(new BuilderEntry("farm")));

        HtmlForm form = jenkins.createWebClient().goTo("configure").getFormByName("config");
        for (String platform : List.of("_.platform", "_.registry", "_.keepStorage")) {
            form.getInputByName(platform)
                    .<HtmlElement>getFirstByXPath("ancestor::div[contains(@class,'repeated-chunk')][1]"
                            + "//button[contains(@class,'repeatable-delete')]")
                    .click();
        }
        jenkins.submit(form);

        assertEquals(List.of(), settings.getAgents());
        assertEquals(List.of(), settings.getRegistries());
        assertEquals(List.of(), settings.getBuilders());
        assertEquals(List.of(), new MultiArchBuildConfiguration().getAgents());
        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(exported);
        String yaml = exported.toString(StandardCharsets.UTF_8);
        assertFalse(yaml.contains("docker.io"), yaml);
        assertFalse(yaml.contains("label: \"arm\""), yaml);
    }

    @Test
    void settingsAreInChinese() throws Exception {
        MultiArchBuildConfiguration.get().setAgents(List.of(new PlatformAgent("arm64", "arm")));

        HtmlPage page = ChineseBrowser.of(jenkins).goTo("configure");

        ChineseBrowser.assertShows(page, "多架构构建", "各平台的代理", "节点标签表达式", "添加镜像仓库");
    }

    @Test
    void settingsSurviveARestart() {
        MultiArchBuildConfiguration.get().setAgents(List.of(new PlatformAgent("arm64", "arm")));
        assertEquals("arm", new MultiArchBuildConfiguration().getAgents().get(0).getLabel());
    }

    @Test
    void typingIsChecked() throws Exception {
        jenkins.createSlave("one", "known", null);
        PlatformAgent.DescriptorImpl descriptor =
                jenkins.jenkins.getDescriptorByType(PlatformAgent.DescriptorImpl.class);
        assertEquals(FormValidation.Kind.OK, descriptor.doCheckPlatform("aarch64").kind);
        assertEquals(FormValidation.Kind.OK, descriptor.doCheckPlatform("*").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckPlatform("vax").kind);
        assertEquals(FormValidation.Kind.OK, descriptor.doCheckLabel("known").kind);
        assertEquals(FormValidation.Kind.WARNING, descriptor.doCheckLabel("known && unknown").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckLabel("known &&").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckLabel(" ").kind);
    }

    @Test
    void registryIsCheckedAndItsCredentialsAreOffered() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "push", null, "user", "password"));
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "text", null, Secret.fromString("secret")));
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.SYSTEM, "ssh", null, "user", "password"));
        RegistryCredentials.DescriptorImpl descriptor =
                jenkins.jenkins.getDescriptorByType(RegistryCredentials.DescriptorImpl.class);
        assertEquals(FormValidation.Kind.OK, descriptor.doCheckRegistry("registry.example.com:5000").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckRegistry("no host").kind);
        List<String> offered = descriptor.doFillCredentialsIdItems("").stream()
                .map(option -> option.value)
                .toList();
        assertEquals(List.of("", "push"), offered);
    }

    @Test
    void settingsOfABuilderAreChecked() {
        BuilderEntry.DescriptorImpl descriptor = jenkins.jenkins.getDescriptorByType(BuilderEntry.DescriptorImpl.class);
        assertEquals(FormValidation.Kind.OK, descriptor.doCheckName("farm").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckName("Farm 1").kind);
        assertEquals(FormValidation.Kind.OK, descriptor.doCheckEndpoint("", "docker-container", "").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckEndpoint("", "remote", "").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckEndpoint("", "docker-container", "id").kind);
        assertEquals(FormValidation.Kind.OK, descriptor.doCheckImage("r.example/buildkit:1", "kubernetes").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckImage("r.example/buildkit:1", "remote").kind);
        assertEquals(FormValidation.Kind.OK, descriptor.doCheckOptions("network=host").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckOptions("network").kind);
        assertEquals(FormValidation.Kind.OK, descriptor.doCheckMirrors("docker.io=m", "docker-container").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckMirrors("docker.io", "docker-container").kind);
        assertEquals(FormValidation.Kind.OK, descriptor.doCheckKeepStorage("20GB").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckKeepStorage("much").kind);
        assertEquals(FormValidation.Kind.ERROR, descriptor.doCheckMinFree("1GB", "remote").kind);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            agents     | { platform: 'arm64', label: 'a &&& b' }   | 'a &&& b' is not a label expression. Write it as
            agents     | { platform: 'arm64', label: ' ' }         | The entry for 'arm64' is empty.
            agents     | { platform: 'vax', label: 'a' }           | Unknown platform 'vax'.
            agents     | { platform: 'arm64', label: 'a' }, { platform: 'aarch64', label: 'b' } | 'arm64' and 'aarch64' are the same platform, linux/arm64.
            registries | { registry: 'no host' }                   | registry: 'no host' is not a registry.
            builders   | { name: 'farm' }, { name: 'farm' }        | there are 2 builders 'farm'.
            builders   | { name: 'farm', driver: 'nope' }          | builder: driver 'nope' is not one that
            builders   | { name: 'farm', keepStorage: 'lots' }     | builder 'farm': keepStorage: 'lots' is not an amount
            """)
    void codeWithAMistakeIsRefused(String attribute, String entries, String message) throws Exception {
        MultiArchBuildConfiguration settings = MultiArchBuildConfiguration.get();
        settings.setAgents(List.of(new PlatformAgent("arm64", "before")));
        settings.setRegistries(List.of(new RegistryCredentials("before.example", "id")));
        settings.setBuilders(List.of(new BuilderEntry("before")));
        Path file = directory.resolve("jenkins.yaml");
        Files.writeString(file, "unclassified: { multiArchBuild: { %s: [ %s ] } }".formatted(attribute, entries));

        ConfiguratorException failure = assertThrows(
                ConfiguratorException.class, () -> ConfigurationAsCode.get().configure(file.toString()));

        assertThat(failure.getMessage(), containsString("'" + attribute + "'"));
        assertThat(
                Functions.printThrowable(failure),
                containsString(
                        "InvalidRequestException: In the system configuration under Multi-arch builds: " + message));
        assertEquals("before", settings.getAgents().get(0).getLabel());
        assertEquals("before.example", settings.getRegistries().get(0).getRegistry());
        assertEquals("before", settings.getBuilders().get(0).getName());
    }

    @Test
    void formWithAMistakeIsRefused() throws Exception {
        MultiArchBuildConfiguration settings = MultiArchBuildConfiguration.get();
        settings.setAgents(List.of(new PlatformAgent("arm64", "before")));
        settings.setBuilders(List.of(new BuilderEntry("farm")));
        JenkinsRule.WebClient browser = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        HtmlForm form = browser.goTo("configure").getFormByName("config");
        form.getInputByName("_.label").setValue("after");
        form.getInputByName("_.keepStorage").setValue("lots");

        String page = jenkins.submit(form).asNormalizedText();

        assertThat(
                page,
                containsString("In the system configuration under Multi-arch builds: builder 'farm': keepStorage:"
                        + " 'lots' is not an amount"));
        assertFalse(page.contains("Exception"), page);
        assertEquals("before", settings.getAgents().get(0).getLabel());
    }

    @Test
    void savedMistakesAreLoadedAndCallsSayWhereTheyAre() throws Exception {
        MultiArchBuildConfiguration settings = savedMistakes();

        assertEquals("a &&& b", settings.getAgents().get(0).getLabel());
        assertEquals(
                "a &&& b", new MultiArchBuildConfiguration().getAgents().get(0).getLabel());
        assertTrue(settings.isBuilder("farm", each -> false), "nothing is removed because of a mistake");
        assertFalse(settings.isBuilder("other", each -> true));

        assertCallFails(
                "multiArchBuild(platforms: 'arm64', push: false)",
                "agents: 'a &&& b' for linux/arm64 is not a label expression.");
        assertCallFails(
                "multiArchCheck(platforms: 'arm64')", "agents: 'a &&& b' for linux/arm64 is not a label expression.");
        assertCallFails(
                "multiArchBuild(platforms: 'amd64', baseTags: 'r.example/app:1')",
                "registry: 'no host' is not a registry.");
        assertCallFails(
                "multiArchBuild(platforms: 'amd64', push: false, builder: 'farm')", "there are 2 builders 'farm'.");
        assertCallFails(
                "multiArchBuild(platforms: 'amd64', push: false, builder: 'large')",
                "builder 'large': keepStorage: 'lots' is not an amount");
    }

    @Test
    void mistakeOfACallIsNotPutDownToTheSettings() throws Exception {
        savedMistakes();
        WorkflowRun run = failed("multiArchBuild(platforms: 'arm64', push: false, agents: [arm64: 'c &&'])");
        jenkins.assertLogContains("ERROR: agents: 'c &&' for linux/arm64 is not a label expression.", run);
    }

    /** Settings that an earlier version of the plugin accepted. */
    private static MultiArchBuildConfiguration savedMistakes() throws Exception {
        String type = MultiArchBuildConfiguration.class.getName();
        String entry = MultiArchBuildConfiguration.class.getPackageName();
        Files.writeString(jenkins.jenkins.getRootDir().toPath().resolve(type + ".xml"), """
                <%1$s>
                  <agents>
                    <%2$s.PlatformAgent><platform>arm64</platform><label>a &amp;&amp;&amp; b</label></%2$s.PlatformAgent>
                  </agents>
                  <registries>
                    <%2$s.RegistryCredentials>
                      <registry>no host</registry><credentialsId>id</credentialsId>
                    </%2$s.RegistryCredentials>
                  </registries>
                  <builders>
                    <%2$s.BuilderEntry><name>farm</name></%2$s.BuilderEntry>
                    <%2$s.BuilderEntry><name>farm</name></%2$s.BuilderEntry>
                    <%2$s.BuilderEntry><name>large</name><keepStorage>lots</keepStorage></%2$s.BuilderEntry>
                  </builders>
                </%1$s>
                """.formatted(type, entry));
        MultiArchBuildConfiguration settings = MultiArchBuildConfiguration.get();
        settings.load();
        return settings;
    }

    private static void assertCallFails(String call, String message) throws Exception {
        jenkins.assertLogContains(
                "ERROR: In the system configuration under Multi-arch builds: " + message, failed(call));
    }

    private static WorkflowRun failed(String call) throws Exception {
        return jenkins.buildAndAssertStatus(Result.FAILURE, RigJenkins.job(jenkins, "node { " + call + " }"));
    }

    @Test
    void typingIsCheckedForAdministratorsOnly() {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(
                new MockAuthorizationStrategy().grant(Jenkins.READ).everywhere().toEveryone());
        PlatformAgent.DescriptorImpl descriptor =
                jenkins.jenkins.getDescriptorByType(PlatformAgent.DescriptorImpl.class);
        try (ACLContext context = ACL.as2(User.getById("somebody", true).impersonate2())) {
            assertThrows(AccessDeniedException3.class, () -> descriptor.doCheckLabel("known"));
            assertThrows(AccessDeniedException3.class, () -> descriptor.doCheckPlatform("arm64"));
            RegistryCredentials.DescriptorImpl registry =
                    jenkins.jenkins.getDescriptorByType(RegistryCredentials.DescriptorImpl.class);
            assertThrows(AccessDeniedException3.class, () -> registry.doCheckRegistry("docker.io"));
            assertEquals(1, registry.doFillCredentialsIdItems("kept").size());
            BuilderEntry.DescriptorImpl builder =
                    jenkins.jenkins.getDescriptorByType(BuilderEntry.DescriptorImpl.class);
            assertThrows(AccessDeniedException3.class, () -> builder.doCheckName("farm"));
            assertThrows(AccessDeniedException3.class, builder::doFillDriverItems);
            assertEquals(1, builder.doFillCertificatesItems("kept").size());
        }
    }

    private static void assertLabel(String label, String platform) {
        assertEquals(
                label,
                MultiArchBuildConfiguration.get()
                        .agentLabels()
                        .get(Platform.parse(platform))
                        .orElseThrow());
    }
}
