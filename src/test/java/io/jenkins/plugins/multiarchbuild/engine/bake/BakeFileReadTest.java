package io.jenkins.plugins.multiarchbuild.engine.bake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeDefinition;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildSecrets;
import io.jenkins.plugins.multiarchbuild.engine.buildx.PushStrategy;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Explained;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of what bake prints, by different versions of buildx and by an agent that lies. */
class BakeFileReadTest {

    private static final Platform AMD64 = Platform.parse("amd64");
    private static final Platform ARM64 = Platform.parse("arm64");

    @Test
    void callIsLaidOverTheFile() throws Exception {
        BuildRequest call = request(
                new BuildSource("own", null, new PlatformMap(Map.of("arm64", "Arm")), NamedContexts.NONE),
                new BuildOptions(
                        PlatformValues.of(Map.of("A", "call")),
                        PlatformValues.NONE,
                        PlatformMap.EMPTY,
                        new RunOptions("none", null, List.of(), Map.of(), List.of("security.insecure")),
                        CacheOptions.DEFAULTS,
                        "false",
                        null,
                        Map.of("a", "call"),
                        false));
        JsonNode root = definition(
                """
                "context": "file", "dockerfile": "Dock ${er}", "args": {"A": "file", "B": "$${x} ${y} %%{z}", "N": null},
                "labels": {"l": "v"}, "target": "stage", "pull": true, "no-cache": false, "shm-size": "1m",
                "network": "host", "ulimits": ["nofile=1:2"], "extra-hosts": {"h": "192.0.2.1"},
                "entitlements": ["security.insecure"], "attest": ["type=provenance,mode=max", "type=sbom"],
                "annotations": ["index:a=file", "index,manifest:b=$${x}", "manifest[linux/arm64]:c=d"],
                "no-cache-filter": ["f"], "contexts": {"b": "target:base", "d": "cwd://dir"}
                """,
                "\"base\": {\"context\": \"b\", \"dockerfile-inline\": \"FROM scratch\", \"contexts\": {\"c\": \"target:more\"}},"
                        + "\"more\": {\"args\": {\"M\": \"1\"}}",
                new BakeOverlay(call, true, Set.of(), Set.of(), Set.of()));
        JsonNode amd64 = root.at("/target/linux_amd64");
        assertEquals("own", amd64.path("context").asText());
        assertEquals("Dock $${er}", amd64.path("dockerfile").asText());
        assertEquals("Arm", root.at("/target/linux_arm64/dockerfile").asText());
        assertEquals(
                "{\"A\":\"call\",\"B\":\"$${x} $${y} %%{z}\"}",
                amd64.path("args").toString());
        assertEquals("{\"l\":\"v\"}", amd64.path("labels").toString());
        assertEquals("stage", amd64.path("target").asText());
        assertTrue(amd64.path("pull").asBoolean());
        assertEquals("none", amd64.path("network").asText());
        assertEquals("1m", amd64.path("shm-size").asText());
        assertEquals("[\"nofile=1:2\"]", amd64.path("ulimits").toString());
        assertEquals("[\"security.insecure\"]", amd64.path("entitlements").toString());
        assertEquals(
                "[\"type=provenance,disabled=true\",\"type=sbom\"]",
                amd64.path("attest").toString());
        assertEquals("[\"f\"]", amd64.path("no-cache-filter").toString());
        assertEquals("[\"manifest:b=$${x}\"]", amd64.path("annotations").toString());
        assertEquals(
                "[\"manifest:b=$${x}\",\"manifest:c=d\"]",
                root.at("/target/linux_arm64/annotations").toString());
        assertEquals(
                "{\"b\":\"target:base-linux_amd64\",\"d\":\"dir\"}",
                amd64.path("contexts").toString());
        JsonNode base = root.at("/target/base-linux_amd64");
        assertEquals("FROM scratch", base.path("dockerfile-inline").asText());
        assertEquals("[\"type=cacheonly\"]", base.path("output").toString());
        assertEquals(
                "{\"c\":\"target:more-linux_amd64\"}", base.path("contexts").toString());
        assertEquals("1", root.at("/target/more-linux_arm64/args/M").asText());
        assertEquals(
                "[\"linux_amd64\",\"linux_arm64\"]",
                root.at("/group/default/targets").toString());
    }

    @Test
    void eachOfSeveralImagesHasItsOwnTagsAndCaches() throws Exception {
        BuildOptions options = BuildOptions.DEFAULTS.withCache(
                CacheOptions.parse(List.of("r.example/other:c"), List.of("r.example/app:c"), false, false));
        BakeFile file = new BakeFile(
                "f.hcl",
                List.of("app", "one"),
                false,
                Map.of(
                        "app", BuildRequest.parseBaseTags(List.of("r.example/app:1")),
                        "one", BuildRequest.parseBaseTags(List.of("r.example/worker:1"))));
        String printed = """
                {"group": {"one": {"targets": ["worker"]}, "default": {"targets": ["app", "worker"]}},
                 "target": {"app": {"contexts": {"w": "target:worker", "b": "target:base"}}, "worker": {}, "base": {}}}
                """;
        BakeTargets targets = file.read(
                arguments -> new Docker.Output(0, printed, ""),
                "/f.hcl",
                new BakeOverlay(request(BuildSource.WORKSPACE, options), false, Set.of(), Set.of(), Set.of()));
        JsonNode root = new ObjectMapper()
                .readTree(BakeDefinition.write(
                        targets, new BuildGroup(null, List.of(ARM64)), PushStrategy.BY_DIGEST, BuildSecrets.NONE));
        assertEquals(
                "[\"app-linux_arm64\",\"worker-linux_arm64\"]",
                root.at("/group/default/targets").toString());
        JsonNode app = root.at("/target/app-linux_arm64");
        JsonNode worker = root.at("/target/worker-linux_arm64");
        assertTrue(app.at("/output/0").asText().startsWith("type=image,name=r.example/app,"), app::toString);
        assertTrue(worker.at("/output/0").asText().startsWith("type=image,name=r.example/worker,"), worker::toString);
        assertEquals(
                "{\"w\":\"target:worker-linux_arm64\",\"b\":\"target:base-linux_arm64\"}",
                app.path("contexts").toString());
        assertEquals(
                "[\"type=registry,ref=r.example/app:c-worker-arm64\"]",
                worker.path("cache-to").toString());
        assertEquals(
                "[\"type=registry,ref=r.example/other:c-worker-arm64\",\"type=registry,ref=r.example/other:c-worker\","
                        + "\"type=registry,ref=r.example/other:c-arm64\",\"type=registry,ref=r.example/other:c\"]",
                worker.path("cache-from").toString());
        BakeFile twice = new BakeFile("f.hcl", List.of("worker", "one"), false, Map.of());
        DockerException error = assertThrows(
                DockerException.class,
                () -> twice.read(
                        arguments -> new Docker.Output(0, printed, ""),
                        "/f.hcl",
                        new BakeOverlay(request(), false, Set.of(), Set.of(), Set.of())));
        assertTrue(error.getMessage().startsWith("bakeTargets: the target worker is named twice"), error::getMessage);
    }

    @ParameterizedTest
    @CsvSource({"r.example/app:c-app-arm64, false", "r.example/app:c-app, true"})
    void cacheOfOneImageDoesNotOverwriteATagOfAnother(String tag, String archTags) {
        Map<String, List<ImageReference>> baseTags = Map.of(
                "app", BuildRequest.parseBaseTags(List.of("r.example/app:1")),
                "worker", BuildRequest.parseBaseTags(List.of(tag)));
        BuildRequest call = new BuildRequest(
                List.of(AMD64, ARM64),
                BuildRequest.parseBaseTags(List.of("r.example/app:1", tag)),
                BuildSource.WORKSPACE,
                BuildOptions.DEFAULTS.withCache(
                        CacheOptions.parse(List.of(), List.of("r.example/app:c"), false, false)),
                null,
                ArchTags.parse(archTags),
                true);
        InvalidRequestException error = assertThrows(
                InvalidRequestException.class,
                () -> new BakeFile("f.hcl", List.of("app", "worker"), false, baseTags)
                        .read(
                                arguments -> new Docker.Output(0, "{\"target\": {\"app\": {}, \"worker\": {}}}", ""),
                                "/f.hcl",
                                new BakeOverlay(call, false, Set.of(), Set.of(), Set.of())));
        assertTrue(error.getMessage().contains(" of the cache is also a tag of the image"), error::getMessage);
    }

    @Test
    void onlyTheImageGoesIntoAnArchive() throws Exception {
        JsonNode root = definition(
                "\"contexts\": {\"b\": \"target:base\"}",
                "\"base\": {}",
                new BakeOverlay(request(), false, Set.of(), Set.of(), Set.of()));
        String archived =
                BakeDefinition.forArchive(root.toString(), List.of(ImageKey.of(AMD64), ImageKey.of(ARM64)), "/d");
        JsonNode targets = new ObjectMapper().readTree(archived).path("target");
        assertEquals("type=cacheonly", targets.at("/base-linux_amd64/output/0").asText());
        assertTrue(targets.at("/linux_amd64/output/0").asText().startsWith("type=oci,"), targets::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"secret\": [\"id=a,env=A\", \"type=env,id=own,env=X\", \"id=V\"], \"ssh\": [\"default\", \"own=/k\"]",
                "\"secret\": [{\"id\": \"a\", \"env\": \"A\"}, {\"id\": \"own\", \"src\": \"x\"}, {\"id\": \"V\"}],"
                        + "\"ssh\": [{\"id\": \"default\"}, {\"id\": \"own\", \"paths\": [\"/k\"]}]"
            })
    void secretsOfTheCallReplaceThoseOfTheFile(String printed) throws Exception {
        JsonNode target = definition(
                        printed, "", new BakeOverlay(request(), false, Set.of("own"), Set.of("own"), Set.of("V")))
                .at("/target/linux_amd64");
        assertEquals(
                "[\"id=own,src=/secret\",\"id=a,env=A\",\"id=V,env=V\"]",
                target.path("secret").toString());
        assertEquals("[\"own=/key\",\"default\"]", target.path("ssh").toString());
    }

    @Test
    void sizesAndHostsThatBuildxUnderstandsAreKept() throws Exception {
        JsonNode target = definition(
                        "\"shm-size\": \"1.5gb\", \"extra-hosts\": {\"host.docker.internal\": \"host-gateway\"}",
                        "",
                        new BakeOverlay(request(), false, Set.of(), Set.of(), Set.of()))
                .at("/target/linux_amd64");
        assertEquals("1.5gb", target.path("shm-size").asText());
        assertEquals(
                "host-gateway",
                target.path("extra-hosts").path("host.docker.internal").asText());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "entitlements": ["network.host"]          | bake: f.hcl: target app: it asks for network.host, which this call does not allow.
            "entitlements": ["device=x"]              | bake: f.hcl: target app: it asks for device=x, which
            "secret": ["id=a,src=/etc/shadow"]        | bake: f.hcl: target app: its secret 'a' comes from a file.
            "secret": [{"id": "a"}]                   | bake: f.hcl: target app: its secret 'a' comes from a file.
            "secret": [{"id": "a", "env": "A,src=/"}] | bake: f.hcl: target app: its secret 'a' comes from a file.
            "secret": [{"id": "a,src=/", "env": "A"}] | bake: f.hcl: target app: an entry of secret has no id
            "ssh": [{"id": "a", "paths": ["/key"]}]   | bake: f.hcl: target app: its SSH key 'a' comes from a file.
            "args": {"A": {"b": "c"}}                 | bake: f.hcl: target app: its args cannot be read.
            "attest": ["type=other"]                  | bake: f.hcl: target app: there is no attestation 'other'.
            "annotations": ["index-descriptor:a=b"]   | bake: f.hcl: target app: its annotation 'index-descriptor:a=b' is one of a descriptor
            "contexts": {"a": "target:gone"}          | bake: f.hcl: bake prints no target gone.
            "context": "-"                            | bake: f.hcl: The context '-' (standard input) cannot be used here.
            "shm-size": "much"                        | bake: f.hcl: shmSize: 'much' is not a size.
            "shm-size": "9000000000g"                 | bake: f.hcl: shmSize: '9000000000g' is too large:
            """)
    void whatACallDoesNotAllowIsAnError(String printed, String message) {
        Exception error = assertThrows(
                Exception.class,
                () -> definition(printed, "", new BakeOverlay(request(), false, Set.of(), Set.of(), Set.of())));
        assertTrue(error.getMessage().startsWith(message), error::getMessage);
        String chinese = assertInstanceOf(Explained.class, error).text(Locale.SIMPLIFIED_CHINESE);
        assertTrue(chinese.startsWith("bake \u6587\u4ef6 f.hcl\uff1a"), chinese);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "null"})
    void otherAnswersAreErrors(String answer) {
        Docker docker = arguments -> new Docker.Output(0, answer, "");
        BakeOverlay overlay = new BakeOverlay(request(), false, Set.of(), Set.of(), Set.of());
        assertThrows(DockerException.class, () -> file("app").read(docker, "/f.hcl", overlay));
    }

    @ParameterizedTest
    @CsvSource({
        "-, app, bake: '-' is not a file of the source.",
        "' ', app, bake: ' ' is not a file of the source.",
        "https://example.com/f.hcl, app, bake: 'https://example.com/f.hcl' is not a file",
        "cwd://f.hcl, app, bake: 'cwd://f.hcl' is not a file",
        "compose.yaml, app, bake: 'compose.yaml' does not end with .hcl or .json. Compose files are not read",
        "f.hcl/compose, app, bake: 'f.hcl/compose' does not end with",
        "f.hcl, --progress, bakeTargets: '--progress' is not the name of a target.",
        "f.hcl, a*, bakeTargets: 'a*' is not the name of a target.",
        "f.hcl, '', bakeTargets: '' is not the name of a target."
    })
    void nameOfAFileAndOfATargetIsChecked(String path, String target, String message) {
        InvalidRequestException error =
                assertThrows(InvalidRequestException.class, () -> new BakeFile(path, target, false));
        assertTrue(error.getMessage().startsWith(message), error::getMessage);
    }

    private static BakeFile file(String target) {
        return new BakeFile("f.hcl", target, false);
    }

    /** The definition that is made of one target, and of further ones. */
    private static JsonNode definition(String target, String others, BakeOverlay overlay) throws Exception {
        String printed = "{\"group\": {\"default\": {\"targets\": [\"app\"]}}, \"target\": {\"app\": {" + target + "}"
                + (others.isEmpty() ? "" : "," + others) + "}}";
        BakeTargets targets = file("app")
                .read(
                        arguments -> {
                            assertEquals(
                                    "buildx bake --print --progress plain --file /w/f.hcl app",
                                    String.join(" ", arguments));
                            return new Docker.Output(0, printed, "");
                        },
                        "/w/f.hcl",
                        overlay);
        BuildSecrets secrets = overlay.secretIds().isEmpty()
                ? BuildSecrets.NONE
                : new BuildSecrets(Map.of("own", "/secret"), Map.of("own", "/key"));
        return new ObjectMapper()
                .readTree(BakeDefinition.write(
                        targets, new BuildGroup(null, List.of(AMD64, ARM64)), PushStrategy.BY_DIGEST, secrets));
    }

    private static BuildRequest request() {
        return request(BuildSource.WORKSPACE, BuildOptions.DEFAULTS);
    }

    private static BuildRequest request(BuildSource source, BuildOptions options) {
        return new BuildRequest(
                List.of(AMD64, ARM64),
                BuildRequest.parseBaseTags(List.of("r.example/app:1")),
                source,
                options,
                null,
                ArchTags.parse("false"),
                true);
    }
}
