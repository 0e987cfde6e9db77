package io.jenkins.plugins.multiarchbuild.configuration;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.AccessDeniedException3;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class MultiArchBuildConfigurationTest {

    @TempDir
    private Path directory;

    private JenkinsRule jenkins;

    @BeforeEach
    void jenkins(JenkinsRule rule) {
        jenkins = rule;
    }

    @Test
    void exampleOfTheReadmeIsImportedAndExported() throws Exception {
        Path file = directory.resolve("jenkins.yaml");
        Files.writeString(file, example());
        ConfigurationAsCode.get().configure(file.toString());

        assertLabel("arm64 && docker", "linux/arm64");
        assertLabel("x86 && docker", "linux/s390x");
        assertEquals(
                "registry-push",
                MultiArchBuildConfiguration.get()
                        .credentialsId("registry.example.com")
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
                            registries:
                            - credentialsId: "registry-push"
                              registry: "https://registry.example.com"
                        """));
    }

    @Test
    void formKeepsWhatIsTyped() throws Exception {
        MultiArchBuildConfiguration.get()
                .setAgents(List.of(new PlatformAgent("arm64", "arm"), new PlatformAgent("*", "x86 || other")));

        MultiArchBuildConfiguration.get().setRegistries(List.of(new RegistryCredentials("docker.io", "gone")));

        jenkins.configRoundtrip();

        assertEquals(
                "gone",
                MultiArchBuildConfiguration.get().credentialsId("docker.io").orElseThrow());

        List<PlatformAgent> agents = MultiArchBuildConfiguration.get().getAgents();
        assertEquals(2, agents.size());
        assertEquals("arm64", agents.get(0).getPlatform());
        assertEquals("x86 || other", agents.get(1).getLabel());
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

    private static String example() throws Exception {
        Matcher block = Pattern.compile("<!-- example: casc -->\n```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")));
        if (!block.find()) {
            throw new IllegalArgumentException("the README has no example casc");
        }
        return block.group(1);
    }
}
