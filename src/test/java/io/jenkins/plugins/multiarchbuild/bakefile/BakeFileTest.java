package io.jenkins.plugins.multiarchbuild.bakefile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.FilePath;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.harness.GitRepository;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** What a project's own bake file does to the image, and what is said about one that cannot be used. */
@NeedsRig
class BakeFileTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String HCL = """
            variable "VERSION" { default = "0" }
            variable "WORD" { default = "" }
            function "loud" {
              params = [text]
              result = upper(text)
            }
            group "one" { targets = ["app"] }
            group "all" { targets = ["app", "base"] }
            target "_common" {
              args = { GREETING = loud("müller-${VERSION}"), LITERAL = "$${HOME} %%{if}", OWN = "file" }
              labels = { "com.example.größe" = "ü $${x}" }
            }
            target "base" {
              context = "base"
              dockerfile = "Dockerfile.base"
              args = { FROM = "scratch" }
            }
            target "app" {
              inherits = ["_common"]
              context = "app"
              contexts = { base = "target:base", more = "more" }
              dockerfile-inline = <<EOT
            FROM base
            ARG GREETING
            ARG LITERAL
            ARG OWN
            COPY --from=more file /more
            RUN --mount=type=secret,id=word ["/bin/busybox", "sh", "-c", "b=/bin/busybox; $b echo \\"$GREETING $LITERAL $OWN $($b cat /more /run/secrets/word) $($b df -k /dev/shm | $b grep -o ' 3072 ')\\" > /out"]
            CMD ["/bin/busybox", "cat", "/out"]
            EOT
              tags = ["registry.example.com/never:1"]
              platforms = ["linux/s390x"]
              output = ["type=docker"]
              cache-to = ["type=local,dest=never"]
              secret = ["type=env,id=word,env=WORD"]
              annotations = ["index:com.example.index=${VERSION}", "com.example.image=é"]
              attest = ["type=provenance,disabled=true"]
              shm-size = "3m"
              no-cache-filter = ["x"]
            }
            """;

    private static DumbSlave agent;

    private final String repository = RigJenkins.newRepository();

    @BeforeAll
    static void agents() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
        agent.setLabelString("here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void settingsOfTheFileHoldUnlessTheCallSaysOtherwise(String driver) throws Exception {
        WorkflowJob job = job("node('here') { withEnv(['VERSION=7', 'WORD=secret word', 'BUILDKIT_PROGRESS=tty']) { "
                + call(driver, "bakeTargets: 'one', baseTags: [one: ['" + tag("1.0") + "']], buildArgs: [OWN: 'call']")
                + " } }");
        write(RigJenkins.writeApp(job, agent), HCL);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        String printed = "MÜLLER-7 ${HOME} %{if} call a file";
        for (String platform : List.of("linux/amd64", "linux/arm64")) {
            String output = Rig.run(platform, tag("1.0")).replaceAll("\\s+", " ");
            assertEquals(printed + " secret word 3072 3072", output);
        }
        JsonNode index = JSON.readTree(Rig.manifest(repository, "1.0").orElseThrow());
        assertEquals("7", index.at("/annotations/com.example.index").asText());
        assertEquals(2, index.path("manifests").size(), index::toString);
        for (JsonNode child : index.path("manifests")) {
            JsonNode manifest = JSON.readTree(
                    Rig.manifest(repository, child.path("digest").asText()).orElseThrow());
            assertEquals("é", manifest.at("/annotations/com.example.image").asText(), manifest::toString);
            JsonNode config = JSON.readTree(
                    Rig.blob(repository, manifest.at("/config/digest").asText()));
            assertEquals("ü ${x}", config.at("/config/Labels/com.example.größe").asText());
        }
        jenkins.assertLogContains(
                "[multiArchBuild] docker-bake.hcl, target app: decided by this call and not by the file: platforms,"
                        + " tags, output, cache-to.",
                run);
        assertTrue(!agent.getWorkspaceFor(job).child("never").exists());
    }

    @Test
    void otherAgentsGetWhatTheFileNames() throws Exception {
        jenkins.waitOnline(jenkins.createSlave("other-1", "other", null));
        WorkflowJob job = job("node('here') { "
                + call("remote", "bakeTargets: ['app'], baseTags: '" + tag("1.0") + "', agents: ['arm64': 'other']")
                + "\nstash 'all'\n"
                + call(
                        "remote",
                        "bakeTargets: ['app'], baseTags: '" + tag("2.0") + "', agents: ['*': 'other'], stash: 'all'")
                + " }");
        write(RigJenkins.writeApp(job, agent), HCL);

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains("on agent 'other-1'", run);
        for (String tag : List.of("1.0", "2.0")) {
            for (String platform : List.of("linux/amd64", "linux/arm64")) {
                String output = Rig.run(platform, tag(tag)).replaceAll("\\s+", " ");
                assertEquals("MÜLLER-0 ${HOME} %{if} file a file 3072 3072", output);
            }
        }
    }

    @Test
    void agentsThatCheckOutForThemselvesReadTheFileThere(@TempDir Path source) throws Exception {
        jenkins.waitOnline(jenkins.createSlave("other-2", "other", null));
        Rig.writeApp(source);
        FilePath directory = new FilePath(source.toFile());
        write(directory, HCL);
        directory
                .child("Jenkinsfile")
                .write(
                        call(
                                "remote",
                                "bakeTargets: 'app', baseTags: '" + tag("1.0")
                                        + "', agents: [amd64: 'here', arm64: 'other'], archTags: true"),
                        "UTF-8");

        jenkins.buildAndAssertSuccess(GitRepository.of(source).job(jenkins));

        assertEquals(Set.of("1.0", "1.0-amd64", "1.0-arm64"), Rig.tags(repository));
        assertTrue(Rig.run("linux/arm64", tag("1.0")).startsWith("MÜLLER-0 "));
    }

    @Test
    void whatCannotBeUsedIsOneLine() throws Exception {
        WorkflowJob job = job("");
        FilePath workspace = RigJenkins.writeApp(job, agent);
        write(workspace, HCL);
        workspace.child("x.hcl").write("target \"x\" {\n", "UTF-8");
        workspace.child("f.hcl").write("target \"x\" {\n  args = { A = nope(1) }\n}\n", "UTF-8");
        workspace.child("net.hcl").write("target \"x\" {\n  network = \"host\"\n}\n", "UTF-8");
        workspace.child("dir.hcl").write("target \"x\" {\n  context = \"..\"\n}\n", "UTF-8");
        workspace.child("gone.hcl").write("target \"x\" {\n  context = \"gone\"\n}\n", "UTF-8");
        workspace.child("file.hcl").write("target \"x\" {\n  secret = [\"id=npm,src=more/file\"]\n}\n", "UTF-8");
        workspace.child("ssh.hcl").write("target \"x\" {\n  ssh = [\"default\"]\n}\n", "UTF-8");
        workspace.child("link.hcl").symlinkTo("/etc/passwd", jenkins.createTaskListener());
        String directory = workspace.getRemote();
        String[][] cases = {
            {"docker-bake.hcl", "nope", "bake: docker-bake.hcl cannot be evaluated: failed to find target nope."},
            {
                "docker-bake.hcl",
                "all",
                "bake: docker-bake.hcl: all is a group of several targets, app, base. Each of them is an image"
                        + " with tags of its own: name them instead of the group, as the keys of baseTags or with"
                        + " bakeTargets."
            },
            {
                "none.hcl",
                "x",
                "bake: there is no file 'none.hcl' in " + directory + " on agent '" + agent.getNodeName()
                        + "'. Check out the source first, or correct bake."
            },
            {
                "x.hcl",
                "x",
                "bake: x.hcl cannot be evaluated: " + directory + "/x.hcl:1,12-13: Unclosed configuration block; "
            },
            {"f.hcl", "x", "bake: f.hcl cannot be evaluated: "},
            {"net.hcl", "", "bake: net.hcl cannot be evaluated: failed to find target default."},
            {
                "net.hcl",
                "x",
                "bake: net.hcl: target x: it asks for network.host, which this call does not allow. Allow it with"
                        + " entitlements: ['network.host'], or remove it from the file."
            },
            {"dir.hcl", "x", "'..' is outside of the workspace on agent '"},
            {"gone.hcl", "x", "context: there is no directory 'gone' to build from in "},
            {"file.hcl", "x", "bake: file.hcl: target x: its secret 'npm' comes from a file."},
            {"ssh.hcl", "x", "bake: ssh.hcl cannot be evaluated: "},
            {"link.hcl", "x", "bake: 'link.hcl' is outside of the workspace on agent '"},
        };
        StringBuilder script = new StringBuilder("node('here') {\n");
        for (String[] each : cases) {
            script.append("try { multiArchBuild(platforms: 'amd64', push: false, builder: '%s', bake: '%s',"
                    .formatted(Rig.REMOTE_BUILDER, each[0]));
            script.append(" bakeTargets: '%s'); echo 'built' } catch (e) { echo e.message }\n".formatted(each[1]));
        }
        job.setDefinition(new CpsFlowDefinition(script + "}", true));

        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        for (String[] each : cases) {
            jenkins.assertLogContains(each[2], run);
        }
        jenkins.assertLogContains(
                "failed to find target default. Without bakeTargets, the target or group default is", run);
        jenkins.assertLogNotContains("\nbuilt", run);
        jenkins.assertLogNotContains("building with", run);
        jenkins.assertLogNotContains("root:", run);
    }

    @Test
    void secretThatTheFileMakesReadableIsNoticed() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "token", null, Secret.fromString("s3cret")));
        WorkflowJob job = job("""
                node('here') {
                    withCredentials([string(credentialsId: 'token', variable: 'P')]) {
                        multiArchBuild(platforms: 'amd64', push: false, builder: '%s', bake: 'docker-bake.hcl',
                                       buildArgs: [OWN: P])
                    }
                }
                """.formatted(Rig.REMOTE_BUILDER));
        RigJenkins.writeApp(job, agent).child("docker-bake.hcl").write("""
                variable "P" { default = "" }
                target "default" {
                  context = "gone"
                  args = { N = P, OWN = P }
                  labels = { l = P }
                  dockerfile-inline = "FROM scratch\\nLABEL p=${P}"
                  annotations = ["index:i=${P}", "manifest:m=${P}", "index:other=1"]
                }
                """, "UTF-8");

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        String log = JenkinsRule.getLog(run);
        assertEquals(
                List.of(
                        "buildArgs 'OWN'",
                        "args 'N' of the target default in the bake file",
                        "labels 'l' of the target default in the bake file",
                        "the annotation 'i'",
                        "the annotation 'm'",
                        "dockerfile-inline of the bake file"),
                log.lines()
                        .filter(line -> line.contains("WARNING: "))
                        .map(line -> line.replaceAll(".*WARNING: (.*) holds a secret of withCredentials.*", "$1"))
                        .toList(),
                log);
    }

    @Test
    void secretWithNothingButAnIdIsAVariable() throws Exception {
        WorkflowJob job = job("node('here') { withEnv(['WORD=secret word']) { "
                + call("remote", "baseTags: '" + tag("1.0") + "'").replace("amd64 arm64", "amd64") + " } }");
        RigJenkins.writeApp(job, agent).child("docker-bake.hcl").write("""
                target "default" {
                  dockerfile-inline = <<EOT
                FROM scratch
                COPY busybox-amd64 /bin/busybox
                RUN --mount=type=secret,id=WORD ["/bin/busybox", "cp", "/run/secrets/WORD", "/out"]
                CMD ["/bin/busybox", "cat", "/out"]
                EOT
                  secret = ["type=env,id=WORD"]
                }
                """, "UTF-8");

        jenkins.buildAndAssertSuccess(job);

        assertEquals("secret word", Rig.run("linux/amd64", tag("1.0")).strip());
    }

    @Test
    void fileThatTakesTooLongIsAnError(@TempDir Path bin) throws Exception {
        Path docker = bin.resolve("docker");
        Files.writeString(docker, "#!/bin/sh\nexec sleep 600\n");
        docker.toFile().setExecutable(true);
        WorkflowJob job = job("node('here') { withEnv(['PATH+SLOW=" + bin + "']) { "
                + call("remote", "baseTags: '" + tag("1.0") + "'") + " } }");
        RigJenkins.writeApp(job, agent).child("docker-bake.hcl").write("target \"default\" {}\n", "UTF-8");
        System.setProperty(BakeFileTask.SECONDS, "3");
        try {
            WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

            jenkins.assertLogContains(
                    "bake: docker-bake.hcl was not evaluated within 3 seconds on agent '" + agent.getNodeName() + "'.",
                    run);
        } finally {
            System.clearProperty(BakeFileTask.SECONDS);
        }
    }

    /** The files that the targets name. */
    private static void write(FilePath directory, String hcl) throws Exception {
        directory.child("docker-bake.hcl").write(hcl, "UTF-8");
        // neither Git nor stash keeps an empty directory
        directory.child("app/file").write("", "UTF-8");
        directory.child("more/file").write("a file ", "UTF-8");
        directory.child("base").mkdirs();
        for (FilePath file : directory.list("busybox-*")) {
            file.renameTo(directory.child("base/" + file.getName()));
        }
        directory
                .child("base/Dockerfile.base")
                .write("ARG FROM\nFROM $FROM\nARG TARGETARCH\nCOPY busybox-$TARGETARCH /bin/busybox\n", "UTF-8");
    }

    private static WorkflowJob job(String script) throws Exception {
        return RigJenkins.job(jenkins, script);
    }

    private static String call(String driver, String more) {
        return "multiArchBuild(platforms: 'amd64 arm64', builder: '%s', credentialsId: 'registry-push',"
                        .formatted(Rig.builder(driver))
                + " bake: 'docker-bake.hcl', " + more + ")";
    }

    private String tag(String tag) {
        return RigJenkins.tag(repository, tag);
    }
}
