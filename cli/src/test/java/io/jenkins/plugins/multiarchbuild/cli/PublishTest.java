package io.jenkins.plugins.multiarchbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds that succeed, with a real engine and a real registry. */
class PublishTest extends AppTestCase {

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void bothPlatformsArePublishedUnderBothTags(String driver) throws Exception {
        String builder = Rig.builder(driver);

        JsonNode result = build("1.0", "latest", "--builder", builder).json();

        String digest = result.path("digest").asText();
        assertEquals(digest, Rig.digest(repository, "1.0").orElseThrow());
        assertEquals(digest, Rig.digest(repository, "latest").orElseThrow());
        assertEquals(
                Rig.REGISTRY + "/" + repository + "@" + digest,
                result.path("reference").asText());
        assertEquals(
                "[\"%s\",\"%s\"]".formatted(Cli.tag(repository, "1.0"), Cli.tag(repository, "latest")),
                result.path("tags").toString());
        assertEquals("x86_64", Rig.run("linux/amd64", Cli.tag(repository, "latest")));
        assertEquals("aarch64", Rig.run("linux/arm64", Cli.tag(repository, "1.0")));
        // A builder that cannot push by digest needs a tag for each platform, the other leaves none.
        assertEquals(
                driver.equals("docker"), Rig.digest(repository, "1.0-arm64").isPresent());
    }

    @Test
    void tagsComeFromGit() throws Exception {
        git("init", "--quiet", "--initial-branch", "stable");
        git("add", "Dockerfile");
        git("-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "--quiet", "--message", "one");
        git("tag", "v1.2.3");
        git("tag", "v2.0.0-rc.1");
        git("-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "--quiet", "--allow-empty", "--message", "two");
        git("tag", "v1.3.0");
        git("checkout", "--quiet", "v1.2.3");

        JsonNode result = Cli.run(
                        "--platforms", "linux/amd64",
                        "--repositories", Rig.REGISTRY + "/" + repository,
                        "--tags-from", "git",
                        "--json", context.toString())
                .json();

        String digest = result.path("digest").asText();
        for (String tag : new String[] {"1.2.3", "1.2", "2.0.0-rc.1"}) {
            assertEquals(digest, Rig.digest(repository, tag).orElseThrow(), tag);
        }
        assertFalse(Rig.digest(repository, "1").isPresent(), "1.3.0 has it");
        assertFalse(Rig.digest(repository, "latest").isPresent(), "1.3.0 has it");
        assertEquals(4, result.path("tags").size(), "and the commit: " + result.path("tags"));

        Cli.Outcome notPushed = Cli.run(
                "--platforms", "linux/amd64",
                "--repositories", Rig.REGISTRY + "/" + repository,
                "--tags-from", "git",
                "--no-push", "--json", context.toString());
        assertEquals(0, notPushed.json().path("tags").size());
        assertFalse(notPushed.stderr().contains("Base tags from Git"), notPushed.stderr());
    }

    @Test
    void bakeFileSaysWhatIsBuilt() throws Exception {
        Path file = Files.writeString(context.resolve("docker-bake.hcl"), """
                target "base" {
                  context = "%1$s"
                }
                target "app" {
                  context = "%1$s"
                  contexts = { base = "target:base" }
                  dockerfile-inline = "FROM base\\nARG WORD\\nARG OWN\\nLABEL word=$WORD own=$OWN\\n"
                  args = { WORD = upper("é$${x}"), OWN = "file" }
                  platforms = ["linux/s390x"]
                }
                """.formatted(context));

        Cli.Outcome outcome = Cli.run(
                "--platforms", Cli.PLATFORMS,
                "--base-tags", Cli.tag(repository, "1.0"),
                "--builder", Rig.REMOTE_BUILDER,
                "--bake", file.toString(),
                "--bake-target", "app",
                "--build-arg", "OWN=call",
                "--json");

        assertEquals(2, outcome.json().path("platforms").size());
        assertTrue(outcome.stderr().contains("target app: decided by this call and not by the file: platforms."), outcome.stderr());
        assertEquals("aarch64", Rig.run("linux/arm64", Cli.tag(repository, "1.0")));
        for (JsonNode image : outcome.json().path("platforms")) {
            JsonNode manifest = Cli.JSON.readTree(Rig.manifest(repository, image.path("digest").asText()).orElseThrow());
            JsonNode labels = Cli.JSON.readTree(Rig.blob(repository, manifest.at("/config/digest").asText())).at("/config/Labels");
            assertEquals("É${X}", labels.path("word").asText());
            assertEquals("call", labels.path("own").asText());
        }
    }

    @Test
    void severalTargetsArePublishedTogether() throws Exception {
        Files.writeString(context.resolve("docker-bake.hcl"), definition(""));
        String worker = repository.replaceFirst("app$", "worker");

        JsonNode result = several(worker).json();

        assertEquals(List.of("app", "worker"), fields(result.path("images")));
        for (String name : List.of("app", "worker")) {
            JsonNode image = result.path("images").path(name);
            String own = name.equals("app") ? repository : worker;
            String digest = Rig.digest(own, "1.0").orElseThrow();
            assertEquals(digest, image.path("digest").asText());
            assertEquals(Rig.REGISTRY + "/" + own + "@" + digest, image.path("reference").asText());
            assertEquals(2, image.path("platforms").size());
            assertTrue(image.at("/references/1").asText().startsWith(Rig.REGISTRY + "/" + own + "@"), image::toString);
            assertEquals(name + " aarch64", Rig.run("linux/arm64", Cli.tag(own, "1.0")));
        }
        assertEquals(Rig.digest(worker, "1.0"), Rig.digest(worker, "latest"));
        assertFalse(result.has("digest"), result.toString());
        assertEquals(3, result.path("tags").size());
        assertEquals("worker linux/arm64", result.at("/platforms/3/target").asText() + " "
                + result.at("/platforms/3/platform").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "RUN [\"/bin/busybox\", \"false\"]",
        "COPY busybox-amd64 /bin/busybox",
        "RUN [\"/bin/busybox\", \"touch\", \"/worker\"]"
    })
    void noTagMovesIfOneTargetFails(String more) throws Exception {
        Files.writeString(context.resolve("docker-bake.hcl"), definition(more));
        String worker = repository.replaceFirst("app$", "worker");

        String error = several(worker, "--smoke-test", "/bin/busybox test ! -e /worker").error(1);

        assertTrue(error.contains("worker"), error);
        assertFalse(Rig.digest(repository, "1.0").isPresent());
        assertFalse(Rig.digest(worker, "latest").isPresent());
    }

    private Cli.Outcome several(String worker, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "--platforms", Cli.PLATFORMS,
                "--builder", Rig.REMOTE_BUILDER,
                "--bake", context.resolve("docker-bake.hcl").toString(),
                "--bake-target", "app",
                "--bake-target", "worker",
                "--base-tags-for", "app=" + Cli.tag(repository, "1.0"),
                "--base-tags-for", "worker=" + Cli.tag(worker, "1.0") + "," + Cli.tag(worker, "latest"),
                "--json"));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    /** @param more lines of the Dockerfile of the second target */
    private String definition(String more) {
        return """
                target "base" {
                  context = "%1$s"
                  dockerfile-inline = "FROM scratch\\nARG TARGETARCH\\nCOPY busybox-$TARGETARCH /bin/busybox\\n"
                }
                target "app" {
                  contexts = { base = "target:base" }
                  dockerfile-inline = "FROM base\\nCMD [\\"/bin/busybox\\", \\"sh\\", \\"-c\\", \\"/bin/busybox echo app $(/bin/busybox uname -m)\\"]"
                }
                target "worker" {
                  context = "%1$s"
                  contexts = { base = "target:base" }
                  dockerfile-inline = <<EOT
                FROM base
                %2$s
                CMD ["/bin/busybox", "sh", "-c", "/bin/busybox echo worker $(/bin/busybox uname -m)"]
                EOT
                }
                """.formatted(context, more);
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private void git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", context.toString()));
        command.addAll(List.of(arguments));
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    @Test
    void jsonTellsWhatTheRegistryServes() throws Exception {
        JsonNode result = build("1.0", "1").json();

        Set<String> published = children(result.path("digest").asText());
        Set<String> built = new HashSet<>();
        assertEquals(
                "linux/amd64", result.path("platforms").path(0).path("platform").asText());
        assertEquals(
                "linux/arm64", result.path("platforms").path(1).path("platform").asText());
        assertEquals(2, result.path("platforms").size());
        for (int i = 0; i < 2; i++) {
            JsonNode image = result.path("platforms").path(i);
            String digest = image.path("digest").asText();
            String manifest = Rig.manifest(repository, digest).orElseThrow();
            JsonNode content = Cli.JSON.readTree(manifest);
            long size = content.path("config").path("size").asLong();
            for (JsonNode layer : content.path("layers")) {
                size += layer.path("size").asLong();
            }
            assertEquals(size, image.path("size").asLong());
            assertEquals(content.path("layers").size(), image.path("layers").asInt());
            assertEquals(
                    Rig.REGISTRY + "/" + repository + "@" + digest,
                    image.path("reference").asText());
            String attested = image.path("attestedReference").asText();
            assertEquals(attested, result.path("references").path(i).asText());
            Set<String> pushed = children(attested.substring(attested.indexOf('@') + 1));
            assertTrue(pushed.contains(digest), pushed + " has the image manifest " + digest);
            built.addAll(pushed);
        }
        assertEquals(built, published);
    }

    @Test
    void plainResultNamesTagsAndDigest() throws Exception {
        Cli.Outcome outcome =
                Cli.run("--platforms", Cli.PLATFORMS, "--base-tags", Cli.tag(repository, "1.0"), context.toString());

        assertEquals(0, outcome.exitCode(), outcome.stderr());
        assertTrue(outcome.stdout().contains("Published " + Cli.tag(repository, "1.0") + "\n"), outcome.stdout());
        String digest = Rig.digest(repository, "1.0").orElseThrow();
        assertTrue(outcome.stdout().endsWith("Digest " + digest + "\n"), outcome.stdout());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--arch-tags -amd64 -arm64", "--arch-tags=uname -x86_64 -aarch64"})
    void archTagsPointAtTheirPlatform(String line) throws Exception {
        String option = line.split(" ")[0];
        String amd64 = line.split(" ")[1];
        String arm64 = line.split(" ")[2];

        JsonNode result =
                build("1.0", "latest", "--builder", Rig.REMOTE_BUILDER, option).json();

        for (String tag : new String[] {"1.0", "latest"}) {
            String name = Rig.REGISTRY + "/" + repository + "@";
            assertEquals(
                    attested(result, 0), Rig.digest(repository, tag + amd64).orElseThrow());
            assertEquals(
                    attested(result, 1), Rig.digest(repository, tag + arm64).orElseThrow());
        }
    }

    /** What is published of a platform: its image with the attestations. */
    private static String attested(JsonNode result, int platform) {
        String reference = result.path("platforms")
                .path(platform)
                .path("attestedReference")
                .asText();
        return reference.substring(reference.indexOf('@') + 1);
    }

    @Test
    void withoutPublishingThereIsNoTag() throws Exception {
        JsonNode result = build("1.0", "latest", "--builder", Rig.REMOTE_BUILDER, "--no-publish")
                .json();

        assertFalse(result.has("digest"), result.toString());
        assertFalse(Rig.digest(repository, "1.0").isPresent());
        assertFalse(Rig.digest(repository, "latest").isPresent());
        assertEquals(
                "aarch64",
                Rig.run("linux/arm64", result.path("references").path(1).asText()));
    }

    private Cli.Outcome build(String tag, String otherTag, String... options) throws Exception {
        String[] fixed = {
            "--platforms",
            "linux/amd64,aarch64",
            "--base-tags",
            Cli.tag(repository, tag) + "," + Cli.tag(repository, otherTag),
            "--json",
            context.toString()
        };
        String[] all = new String[options.length + fixed.length];
        System.arraycopy(options, 0, all, 0, options.length);
        System.arraycopy(fixed, 0, all, options.length, fixed.length);
        return Cli.run(all);
    }

    /** The digests of an index's manifests, or the digest itself if it is of an image. */
    private Set<String> children(String digest) throws Exception {
        JsonNode index = Cli.JSON.readTree(Rig.manifest(repository, digest).orElseThrow());
        Set<String> digests = new HashSet<>();
        index.path("manifests")
                .forEach(child -> digests.add(child.path("digest").asText()));
        return index.has("manifests") ? digests : Set.of(digest);
    }
}
