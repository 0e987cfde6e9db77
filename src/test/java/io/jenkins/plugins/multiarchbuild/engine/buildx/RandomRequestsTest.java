package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Whatever a user writes is either rejected in one line or reaches buildx as it was written. */
@AddLifecycleHook(RandomRequestsTest.SkipWithoutRig.class)
class RandomRequestsTest {

    private static final BuildGroup GROUP = new BuildGroup(null, Platform.parseAll(List.of("arm64")));

    private final Path directory;

    RandomRequestsTest() throws IOException {
        directory = Files.createDirectories(Path.of("target", "random-requests"));
    }

    /** One {@code bake --print} for 50 requests, since it takes most of the time. */
    @Property(
            tries = 10,
            seed = "20261124",
            edgeCases = EdgeCasesMode.NONE,
            afterFailure = AfterFailureMode.RANDOM_SEED)
    void isRejectedOrComesOutAsItWentIn(@ForAll("requests") @Size(50) List<Parameters> all) throws Exception {
        List<BuildRequest> accepted = new ArrayList<>();
        List<Map<String, String>> secrets = new ArrayList<>();
        List<String> command = new ArrayList<>(List.of("buildx", "bake", "--print"));
        for (Parameters parameters : all) {
            try {
                BuildRequest request = parameters.request();
                String name = "r" + accepted.size();
                String definition =
                        BakeDefinition.write(request, GROUP, PushStrategy.BY_DIGEST, secret(parameters.secretFile()));
                Path file = directory.resolve(name + ".json");
                Files.writeString(file, definition.replace("linux_arm64", name));
                command.addAll(List.of("--file", file.toString(), name));
                accepted.add(request);
                secrets.add(secret(parameters.secretFile()).files());
            } catch (InvalidRequestException e) {
                String message = e.getMessage();
                assertTrue(message.chars().noneMatch(Character::isISOControl), message);
            }
        }
        Docker.Output output = new RigDocker().run(command);
        assertTrue(output.succeeded(), output.stderr());
        JsonNode targets = new ObjectMapper().readTree(output.stdout()).path("target");
        for (int i = 0; i < accepted.size(); i++) {
            JsonNode target = targets.path("r" + i);
            assertSame(accepted.get(i), target);
            assertEquals(
                    secrets.get(i),
                    Map.of(
                            target.at("/secret/0/id").asText(),
                            target.at("/secret/0/src").asText()));
        }
        assertTrue(accepted.size() > all.size() / 10, "accepted " + accepted.size());
    }

    private static void assertSame(BuildRequest request, JsonNode target) {
        BuildOptions options = request.options();
        BuildSource source = request.source();
        Platform platform = GROUP.platforms().get(0);
        String context = target.path("context").asText();
        if (source.isRemote()) {
            assertEquals(normal(source.context()), context);
        } else {
            assertEquals(
                    Path.of(normal(source.context())).normalize(),
                    Path.of(context).normalize());
        }
        assertEquals(
                normal(source.dockerfileFor(platform)),
                target.path("dockerfile").asText());
        assertEquals(
                normal(options.target().get(platform).orElse(null)),
                target.path("target").asText(null));
        assertEquals(escaped(options.buildArgs().of(platform)), map(target.path("args")));
        assertEquals(escaped(options.labels().of(platform)), map(target.path("labels")));
        assertEquals(normal(source.contexts().sources().of(platform)), map(target.path("contexts")));
        assertEntries(options.cache().fromFor(platform), target.path("cache-from"));
        assertEntries(options.cache().toFor(platform), target.path("cache-to"));
        assertEquals(options.run().network(), target.path("network").asText(null));
        assertProvenance(options.provenance(), map(target.path("attest").path(0)));
    }

    /** Bake drops what is there already. */
    private static void assertEntries(List<String> entries, JsonNode printed) {
        Set<Map<String, String>> found = new LinkedHashSet<>();
        printed.forEach(entry -> found.add(map(entry)));
        assertEquals(
                entries.stream()
                        .map(RandomRequestsTest::attributes)
                        .collect(Collectors.toCollection(LinkedHashSet::new)),
                found);
    }

    private static void assertProvenance(String provenance, Map<String, String> printed) {
        Map<String, String> expected = new TreeMap<>();
        if (provenance != null) {
            expected.put("type", "provenance");
            switch (provenance) {
                case "true" -> {}
                case "false" -> expected.put("disabled", "true");
                default -> expected.putAll(attributes(provenance));
            }
        }
        assertEquals(expected, printed);
    }

    /** A secret in a file, whose directory has the name of the job: no control characters, and normalised. */
    private BuildSecrets secret(String fileName) throws IOException {
        String name = normal(fileName).replaceAll("[/\\p{Cc}]", "_");
        Path file = directory.resolve("s" + name.substring(0, Math.min(name.length(), 50)));
        Files.writeString(file, "secret");
        return new BuildSecrets(Map.of("id", file.toAbsolutePath().toString()), Map.of());
    }

    private static Map<String, String> attributes(String entry) {
        Map<String, String> attributes = new TreeMap<>();
        for (String attribute : entry.split(",")) {
            attributes.put(
                    attribute.substring(0, attribute.indexOf('=')),
                    normal(attribute.substring(attribute.indexOf('=') + 1)));
        }
        return attributes;
    }

    private static Map<String, String> map(JsonNode object) {
        Map<String, String> map = new TreeMap<>();
        object.properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }

    private static Map<String, String> normal(Map<String, String> values) {
        Map<String, String> normal = new TreeMap<>();
        values.forEach((key, value) -> normal.put(normal(key), normal(value)));
        return normal;
    }

    /** {@code --print} makes a definition again, but only of arguments and labels. */
    private static Map<String, String> escaped(Map<String, String> values) {
        Map<String, String> escaped = normal(values);
        escaped.replaceAll((key, value) -> value.replace("${", "$${").replace("%{", "%%{"));
        return escaped;
    }

    private static String normal(String text) {
        return text == null ? null : Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    /** What a user writes, as text. */
    record Parameters(
            String baseTag,
            String context,
            String dockerfile,
            String platformKey,
            Map<String, String> buildArgs,
            Map<String, String> labels,
            String target,
            Map<String, String> contexts,
            List<String> cacheFrom,
            List<String> cacheTo,
            String network,
            String secretFile,
            Map<String, String> annotations,
            String provenance,
            String builder) {

        @Override
        public String toString() {
            String text = List.of(
                            baseTag,
                            context,
                            dockerfile,
                            platformKey,
                            buildArgs,
                            labels,
                            "" + target,
                            contexts,
                            cacheFrom,
                            cacheTo,
                            "" + network,
                            secretFile,
                            annotations,
                            "" + provenance,
                            "" + builder)
                    .toString();
            return text.substring(0, Math.min(text.length(), 300));
        }

        BuildRequest request() {
            return new BuildRequest(
                    Platform.parseAll(List.of("amd64", "arm64")),
                    BuildRequest.parseBaseTags(List.of(baseTag)),
                    new BuildSource(
                            context,
                            dockerfile,
                            new PlatformMap(Map.of(platformKey, dockerfile)),
                            new NamedContexts(PlatformValues.of(contexts))),
                    new BuildOptions(
                            PlatformValues.of(buildArgs),
                            PlatformValues.of(labels),
                            PlatformMap.ofAll(target),
                            new RunOptions(network, null, List.of(), Map.of(), List.of()),
                            CacheOptions.parse(cacheFrom, cacheTo, false, false),
                            provenance,
                            null,
                            annotations,
                            false),
                    builder,
                    ArchTags.NONE,
                    true);
        }
    }

    @Provide
    Arbitrary<List<Parameters>> requests() {
        return Combinators.combine(
                        mostly(tags()),
                        mostly(Arbitraries.of(".", "dir", "/a b", "https://h.example/a.git#main")),
                        mostly(Arbitraries.of("Dockerfile", "a/b c")),
                        Combinators.combine(
                                        mostly(Arbitraries.of("arm64", "linux/arm/v7", "*")),
                                        map(mostly(Arbitraries.of("ARG", "b.c-d"))),
                                        map(mostly(Arbitraries.of("label", "org.example/x"))))
                                .as(Tuple::of),
                        mostly(Arbitraries.of("stage", "a_b.c-d")).injectNull(0.5),
                        map(mostly(Arbitraries.of("assets", "alpine:3.20", "r.example/a"))),
                        mostly(Arbitraries.of("r.example/c", "type=local,src=/c", "type=registry,ref=a:b,x=y"))
                                .list()
                                .ofMaxSize(2),
                        Combinators.combine(
                                        mostly(Arbitraries.of(
                                                        "r.example/d:e", "type=local,dest=/d,mode=max", "type=inline"))
                                                .list()
                                                .ofMaxSize(2),
                                        mostly(Arbitraries.of("default", "none", "host"))
                                                .injectNull(0.5),
                                        hostile(),
                                        map(mostly(Arbitraries.of("org.example", "a/b"))),
                                        mostly(Arbitraries.of("true", "mode=max"))
                                                .injectNull(0.5),
                                        mostly(Arbitraries.of("default", "b-1")).injectNull(0.5))
                                .as(Tuple::of))
                .as((tag, context, dockerfile, maps, target, contexts, cache, rest) -> new Parameters(
                        tag,
                        context,
                        dockerfile,
                        maps.get1(),
                        maps.get2(),
                        maps.get3(),
                        target,
                        contexts,
                        cache,
                        rest.get1(),
                        rest.get2(),
                        rest.get3(),
                        rest.get4(),
                        rest.get5(),
                        rest.get6()))
                .list();
    }

    private static Arbitrary<String> tags() {
        return Arbitraries.of("app:1", "r.example:5000/a/b__c:latest", "[::1]:1/x:y");
    }

    private static Arbitrary<Map<String, String>> map(Arbitrary<String> keys) {
        return Arbitraries.maps(keys, hostile()).ofMaxSize(2);
    }

    private static Arbitrary<String> mostly(Arbitrary<String> usual) {
        return Arbitraries.frequencyOf(Tuple.of(19, usual), Tuple.of(1, hostile()));
    }

    private static Arbitrary<String> hostile() {
        Arbitrary<String> pieces = Arbitraries.of(
                        "a",
                        "B",
                        "0",
                        "-",
                        "--",
                        "..",
                        "/",
                        "\\",
                        ":",
                        "@",
                        "=",
                        ",",
                        ";",
                        "|",
                        "&",
                        "<",
                        "*",
                        "?",
                        "[z-a]",
                        "~",
                        "!",
                        "#",
                        " ",
                        "\t",
                        "\n",
                        "\r\n",
                        "\0",
                        "\u001b[31m",
                        "\u2028",
                        "\u0085",
                        "'",
                        "\"",
                        "`id`",
                        "$(id)",
                        "$HOME",
                        "%PATH%",
                        "${x}",
                        "$${x}",
                        "%{x}",
                        "%%{",
                        "${",
                        "}",
                        "{}",
                        "[]",
                        "null",
                        "file://",
                        "cwd://",
                        "target:",
                        "https://u:p@h/?t=s",
                        "docker-image://",
                        "é",
                        "e\u0301",
                        "漢",
                        "\uD83D\uDE80",
                        "\u202e",
                        "\u070f",
                        "\u200d",
                        "\ufeff")
                .list()
                .ofMaxSize(6)
                .map(list -> String.join("", list));
        return Arbitraries.frequencyOf(
                Tuple.of(8, pieces),
                Tuple.of(
                        2,
                        Arbitraries.strings()
                                .excludeChars('\ufffe', '\uffff')
                                .ofMaxLength(20)
                                .filter(text -> text.chars().noneMatch(c -> Character.isSurrogate((char) c)))),
                Tuple.of(1, pieces.map(text -> text + "x".repeat(4000))));
    }

    static final class SkipWithoutRig implements SkipExecutionHook {

        @Override
        public SkipResult shouldBeSkipped(LifecycleContext context) {
            return Rig.REGISTRY == null ? SkipResult.skip("no rig") : SkipResult.doNotSkip();
        }
    }
}
