package io.jenkins.plugins.multiarchbuild.kept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.FilePath;
import hudson.slaves.DumbSlave;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.htmlunit.WebResponse;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Builds again what a build has built, as its page says: with the definition from there, and the command. */
@NeedsRig
class KeptReplayTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final ObjectMapper JSON = new ObjectMapper();

    /** It takes everything from its context, so that nothing but the source may lie in it. */
    private static final String DOCKERFILE = """
            FROM scratch AS base
            ARG TARGETARCH
            COPY --from=top busybox-$TARGETARCH /bin/busybox
            FROM base AS app
            ARG GREETING
            ENV GREETING=$GREETING
            COPY . /src/
            RUN --mount=type=secret,id=api.token ["/bin/busybox", "sh", "-c", "/bin/busybox sha256sum /run/secrets/api.token > /sum"]
            CMD ["/bin/busybox", "sh", "-c", "echo $GREETING; /bin/busybox find /src; /bin/busybox cat /sum"]
            FROM base AS other
            """;

    private static DumbSlave x86;

    @TempDir
    private Path laptop;

    private final String repository = RigJenkins.newRepository();
    private final String token = "token-" + UUID.randomUUID();

    @BeforeAll
    static void farm() throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        x86 = jenkins.createSlave("x86-1", "x86", null);
        DumbSlave arm = jenkins.createSlave("arm-1", "arm64", null);
        jenkins.waitOnline(x86);
        jenkins.waitOnline(arm);
        RigJenkins.addCredentials();
    }

    @Test
    void sameImagesAreBuiltElsewhere() throws Exception {
        add("token", token);
        WorkflowJob job = RigJenkins.job(jenkins, """
                node('x86') { dir('app') {
                    multiArchBuild(platforms: 'amd64 arm64', agents: [arm64: 'arm64'], baseTags: '%s', builder: '%s',
                        credentialsId: 'registry-push', target: 'app', secrets: ['api.token': 'token'],
                        buildContexts: [top: '..'], buildArgs: [GREETING: 'hello ${x} %%{y} "z"', SOURCE_DATE_EPOCH: '1700000000'],
                        labels: ['org.example.source': 'a, b'], cache: true, provenance: 'mode=max')
                } }
                """.formatted(RigJenkins.tag(repository, "1.0"), Rig.REMOTE_BUILDER));
        FilePath workspace = RigJenkins.writeApp(job, x86);
        workspace.child("Dockerfile").delete();
        workspace.child("app/Dockerfile").write(DOCKERFILE + "# " + UUID.randomUUID() + "\n", "UTF-8");
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        HtmlPage page = jenkins.createWebClient().getPage(run, "multi-arch-images/");
        String definition = download(page);
        String command = page.querySelector(".mab-replay-command").getTextContent();

        assertTrue(
                page.asNormalizedText().contains("environment variables: SECRET_API_TOKEN."), page.asNormalizedText());
        for (String ours : List.of(token, Rig.REGISTRY, Rig.PASSWORD, workspace.getRemote(), "multi-arch-build-")) {
            assertFalse(definition.contains(ours), definition);
        }
        Path source = laptop.resolve("source");
        workspace.copyRecursiveTo(new FilePath(source.toFile()));
        Map<String, String> tags = Map.of(
                "linux/amd64", "app:replay-linux_amd64",
                "linux/arm64", "app:replay-linux_arm64");
        try {
            String output = " --set 'linux_%1$s.output=type=oci,dest=%1$s.tar,rewrite-timestamp=true'";
            run(
                    source,
                    command + " --no-cache --metadata-file ../metadata.json" + output.formatted("amd64")
                            + output.formatted("arm64"),
                    Rig.REMOTE_BUILDER);
            JsonNode metadata = JSON.readTree(laptop.resolve("metadata.json").toFile());
            for (PlatformReport image :
                    run.getAction(MultiArchReport.class).getImages().get(0).getPlatforms()) {
                String published = Rig.manifest(repository, image.getDigest()).orElseThrow();
                assertEquals(
                        JSON.readTree(published).path("config").path("digest").asText(),
                        metadata.path(image.getPlatform().replace('/', '_'))
                                .path("containerimage.config.digest")
                                .asText());
            }
            // as on most laptops; it has nothing of the build in its cache
            run(source, command, Rig.DOCKER_BUILDER);
            for (Map.Entry<String, String> tag : tags.entrySet()) {
                String printed = Rig.runLoaded(tag.getKey(), tag.getValue());
                assertEquals(Rig.run(tag.getKey(), RigJenkins.tag(repository, "1.0")), printed);
                assertTrue(printed.startsWith("hello ${x} %{y} \"z\"\n"), printed);
                assertTrue(printed.contains("/src/Dockerfile"), printed);
                assertFalse(printed.contains("replay"), printed);
                assertEquals(
                        "a, b",
                        Rig.docker(
                                "inspect",
                                "--format",
                                "{{index .Config.Labels \"org.example.source\"}}",
                                tag.getValue()));
            }
        } finally {
            Rig.docker("image", "rm", "--force", "app:replay-linux_amd64", "app:replay-linux_arm64");
        }
        String api = jenkins.getJSON(
                        run.getUrl() + "api/json?tree=actions[images[replay[url,command,variables,ssh,masked]]]")
                .getContentAsString();
        assertTrue(api.contains("\"command\":\"" + command + "\""), api);
        assertTrue(api.contains("\"url\":\"multi-arch-images/download/replay-1-"), api);
    }

    @Test
    void secretValuesAreMasked() throws Exception {
        add("bound", "bound-\"secret");
        WorkflowJob job = RigJenkins.job(jenkins, """
                node('x86') { withCredentials([string(credentialsId: 'bound', variable: 'BOUND')]) {
                    multiArchBuild(platforms: 'amd64', push: false, buildArgs: [A: "a=$BOUND", B: 'b'], network: 'host',
                        labels: ["l.$BOUND": 'c'],
                        buildContexts: [c: 'https://user:word@example.com/c.git#main'])
                } }
                """);
        RigJenkins.writeApp(job, x86).child("Dockerfile").write("FROM scratch\nCOPY none /\n", "UTF-8");
        WorkflowRun run = job.scheduleBuild2(0).get();

        HtmlPage page = jenkins.createWebClient().getPage(run, "multi-arch-images/");
        JsonNode definition = JSON.readTree(download(page));

        JsonNode target = definition.path("target").path("linux_amd64");
        assertEquals("{\"A\":\"a=****\",\"B\":\"b\"}", target.path("args").toString());
        assertEquals("{\"l.****\":\"c\"}", target.path("labels").toString());
        assertEquals(
                "https://example.com/c.git#main",
                target.path("contexts").path("c").asText());
        assertTrue(definition.path("//").toString().contains("Replace it by your own."));
        assertTrue(page.asNormalizedText().contains("masked values to fill in"), page.asNormalizedText());
        assertTrue(page.querySelector(".mab-replay-command")
                .getTextContent()
                .startsWith("docker buildx bake --allow network.host --file ../replay-1-"));
    }

    private String download(HtmlPage page) throws IOException {
        HtmlAnchor link = page.getAnchorByText("Definition for docker buildx bake");
        WebResponse response = link.click().getWebResponse();
        assertEquals("application/json", response.getContentType());
        String disposition = response.getResponseHeaderValue("Content-Disposition");
        assertTrue(disposition.matches("attachment; filename=\"[\\w.-]+\""), disposition);
        String name = disposition.replaceAll(".*\"(.*)\"", "$1");
        String definition = response.getContentAsString(StandardCharsets.UTF_8);
        Files.writeString(laptop.resolve(name), definition);
        return definition;
    }

    private void run(Path directory, String command, String builder) throws Exception {
        Path output = laptop.resolve("output");
        ProcessBuilder process = new ProcessBuilder("sh", "-c", command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        process.environment().put("BUILDX_BUILDER", builder);
        process.environment().put("SECRET_API_TOKEN", token);
        assertEquals(0, process.start().waitFor(), () -> read(output));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void add(String id, String text) throws IOException {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, id, null, Secret.fromString(text)));
    }
}
