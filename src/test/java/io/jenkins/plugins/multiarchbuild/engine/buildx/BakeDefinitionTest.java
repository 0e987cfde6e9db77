package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BakeDefinitionTest {

    private static final String TAG = "127.0.0.1:5000/team/app:1";

    @Test
    void everyPlatformIsATargetOfTheDefaultGroup() throws Exception {
        JsonNode root = write(BuildOptions.DEFAULTS, PushStrategy.BY_DIGEST);
        assertEquals(
                "[\"linux_amd64\",\"linux_arm64\"]",
                root.at("/group/default/targets").toString());
        JsonNode arm = root.at("/target/linux_arm64");
        assertEquals("[\"linux/arm64\"]", arm.path("platforms").toString());
        assertEquals(".", arm.path("context").asText());
        assertEquals("Dockerfile", arm.path("dockerfile").asText());
        assertEquals(
                "type=image,name=127.0.0.1:5000/team/app,push-by-digest=true,name-canonical=true,push=true,store=false",
                arm.path("output").path(0).asText());
        assertFalse(arm.has("tags"), "a push by digest has no tag");
        assertFalse(arm.has("attest"), "buildx has a default of its own");
    }

    @Test
    void driverThatCannotPushByDigestGetsArchTags() throws Exception {
        JsonNode root = write(BuildOptions.DEFAULTS, PushStrategy.ARCH_TAGS);
        assertEquals(
                "[\"" + TAG + "-arm64\"]", root.at("/target/linux_arm64/tags").toString());
        assertEquals(
                "type=image,push=true", root.at("/target/linux_arm64/output/0").asText());
    }

    @Test
    void nothingIsPushedWithoutPush() throws Exception {
        JsonNode target = write(BuildOptions.DEFAULTS, PushStrategy.NONE).at("/target/linux_arm64");
        assertEquals("[\"type=cacheonly\"]", target.path("output").toString());
        assertFalse(target.has("tags"));
    }

    @ParameterizedTest
    @CsvSource({"BY_DIGEST, true", "ARCH_TAGS, true", "NONE, false"})
    void pushedAttestationsAreNoArtifactsIfTheRegistryTakesNone(PushStrategy strategy, boolean has) throws Exception {
        BuildRequest request = Requests.with(BuildOptions.DEFAULTS, TAG);
        String definition = BakeDefinition.write(request, new BuildGroup(null, request.platforms()), strategy);
        String once = BakeDefinition.withoutArtifacts(definition);
        assertEquals(has ? 2 : 0, once.split(",oci-artifact=false\"", -1).length - 1);
        assertEquals(once, BakeDefinition.withoutArtifacts(once));
    }

    @ParameterizedTest
    @CsvSource({
        "true, type=provenance",
        "false, 'type=provenance,disabled=true'",
        "mode=max, 'type=provenance,mode=max'"
    })
    void provenanceIsAnAttestation(String provenance, String attestation) throws Exception {
        JsonNode root = write(Requests.options().provenance(provenance).build(), PushStrategy.BY_DIGEST);
        assertEquals(attestation, root.at("/target/linux_amd64/attest/0").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "true, type=sbom",
        "false, 'type=sbom,disabled=true'",
        "generator=r.example/scanner:1, 'type=sbom,generator=r.example/scanner:1'"
    })
    void sbomIsAnAttestationBesideTheProvenance(String sbom, String attestation) throws Exception {
        BuildOptions options =
                Requests.options().provenance("mode=max").sbom(sbom).build();
        JsonNode attest = write(options, PushStrategy.BY_DIGEST).at("/target/linux_amd64/attest");
        assertEquals("type=provenance,mode=max", attest.path(0).asText());
        assertEquals(attestation, attest.path(1).asText());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void annotationsNeedOciMediaTypes(PushStrategy strategy) throws Exception {
        JsonNode root = write(Requests.options().annotations(Map.of("a", "b")).build(), strategy);
        assertTrue(root.at("/target/linux_amd64/output/0").asText().endsWith(",oci-mediatypes=true"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void standardAnnotationsNeedOciMediaTypesToo(PushStrategy strategy) throws Exception {
        JsonNode root = write(Requests.options().standardAnnotations().build(), strategy);
        assertTrue(root.at("/target/linux_amd64/output/0").asText().endsWith(",oci-mediatypes=true"));
    }

    @ParameterizedTest
    @CsvSource({"BY_DIGEST, true", "ARCH_TAGS, false"})
    void reproducibleBuildHasNoTimestampsOfItsOwn(PushStrategy strategy, boolean rewrites) throws Exception {
        BuildOptions options =
                Requests.options().buildArgs(Map.of("SOURCE_DATE_EPOCH", "0")).build();
        String output =
                write(options, strategy).at("/target/linux_amd64/output/0").asText();
        assertEquals(rewrites, output.endsWith(",rewrite-timestamp=true"), output);
    }

    @Test
    void templatesInUserTextAreEscaped() throws Exception {
        BuildOptions options = Requests.options()
                .buildArgs(Map.of("A", "${x} %{x} $HOME"))
                .labels(Map.of("k${x}", "\"v\"\n"))
                .target("stage")
                .build();
        JsonNode target = write(options, PushStrategy.BY_DIGEST).at("/target/linux_amd64");
        assertEquals("$${x} %%{x} $HOME", target.at("/args/A").asText());
        assertEquals("\"v\"\n", target.path("labels").path("k$${x}").asText());
        assertEquals("stage", target.path("target").asText());
    }

    @Test
    void definitionIsAsciiAndKeepsAByteOrderMark() throws Exception {
        BuildOptions options =
                Requests.options().buildArgs(Map.of("A", "\ufeffé")).build();
        BuildRequest request = Requests.with(options, TAG);
        String definition =
                BakeDefinition.write(request, new BuildGroup(null, request.platforms()), PushStrategy.BY_DIGEST);
        assertTrue(definition.chars().allMatch(c -> c < 128), definition);
        assertEquals(
                "\ufeff\ufeffé",
                new ObjectMapper()
                        .readTree(definition)
                        .at("/target/linux_amd64/args/A")
                        .asText(),
                "bake drops the first");
    }

    @Test
    void contextsCacheAndNetworkAreOfEveryTarget() throws Exception {
        BuildOptions options = Requests.options()
                .network("none")
                .cache(CacheOptions.parse(List.of("type=local,src=/${x}"), List.of("r.example/c"), true, true))
                .build();
        BuildRequest simple = Requests.with(options, TAG);
        BuildRequest request = new BuildRequest(
                simple.platforms(),
                simple.baseTags(),
                new BuildSource(
                        ".", null, PlatformMap.EMPTY, new NamedContexts(PlatformValues.of(Map.of("more", "dir %{x}")))),
                options,
                null,
                ArchTags.NONE,
                true);
        JsonNode target = new ObjectMapper()
                .readTree(BakeDefinition.write(
                        request, new BuildGroup(null, request.platforms()), PushStrategy.BY_DIGEST))
                .at("/target/linux_arm64");
        assertEquals("{\"more\":\"dir %%{x}\"}", target.path("contexts").toString());
        assertEquals(
                "[\"type=local,src=/$${x}/arm64\",\"type=local,src=/$${x}\"]",
                target.path("cache-from").toString());
        assertEquals(
                "[\"type=registry,ref=r.example/c:latest-arm64\"]",
                target.path("cache-to").toString());
        assertTrue(target.path("pull").asBoolean());
        assertTrue(target.path("no-cache").asBoolean());
        assertEquals("none", target.path("network").asText());
    }

    @Test
    void runOptionsAreOfEveryTarget() throws Exception {
        RunOptions run = new RunOptions(
                "host",
                "128m",
                List.of("nofile=1024:2048"),
                Map.of("a.example", "2001:db8::1"),
                List.of("security.insecure"));
        BuildRequest request = Requests.with(Requests.options().run(run).build(), TAG);
        JsonNode target = new ObjectMapper()
                .readTree(BakeDefinition.write(
                        request, new BuildGroup(null, request.platforms()), PushStrategy.BY_DIGEST))
                .at("/target/linux_arm64");
        assertEquals("128m", target.path("shm-size").asText());
        assertEquals("[\"nofile=1024:2048\"]", target.path("ulimits").toString());
        assertEquals("2001:db8::1", target.path("extra-hosts").path("a.example").asText());
        assertEquals("[\"security.insecure\"]", target.path("entitlements").toString());
        assertEquals(Set.of("security.insecure", "network.host"), Entitlements.privileges(request));
    }

    @ParameterizedTest
    @CsvSource({
        "github.com/docker/buildx v0.13.1 788433953, 'The parameter entitlements needs buildx 0.17 or newer, and this machine has 0.13.'",
        "github.com/docker/buildx 0.24.0+ds1 0.24.0, 'The parameter addHosts needs buildx 0.25 or newer, and this machine has 0.24.'",
        "github.com/docker/buildx v0.25.0 1, ''",
        "github.com/docker/buildx v1.0.0 1, ''",
        "someone's own, ''"
    })
    void olderBuildxSaysWhatItNeeds(String version, String said) throws Exception {
        BuildxVersion buildx = BuildxVersion.parse(version);
        RunOptions run = new RunOptions(null, "1g", List.of(), Map.of("a", "::1"), List.of("network.host"));
        buildx.check(RunOptions.DEFAULTS);
        if (said.isEmpty()) {
            buildx.check(run);
        } else {
            String message =
                    assertThrows(DockerException.class, () -> buildx.check(run)).getMessage();
            assertTrue(message.startsWith(said), message);
        }
    }

    @Test
    void platformsHaveValuesOfTheirOwn() throws Exception {
        PlatformValues values = new PlatformValues(
                Map.of("A", "common", "B", "b"),
                Map.of("aarch64", Map.of("A", "${arch}"), "*", Map.of("C", "rest"), "s390x", Map.of("A", "none")));
        BuildOptions options = new BuildOptions(
                values,
                values,
                new PlatformMap(Map.of("arm64", "own")),
                RunOptions.DEFAULTS,
                CacheOptions.DEFAULTS,
                null,
                null,
                Map.of(),
                false);
        BuildRequest simple = Requests.with(options, TAG);
        BuildRequest request = simple.withSource(new BuildSource(
                ".",
                "${platform}/${uname}.${arch}",
                PlatformMap.EMPTY,
                new NamedContexts(new PlatformValues(Map.of("c", "dir"), Map.of("arm64", Map.of("c", "own"))))));
        JsonNode targets = new ObjectMapper()
                .readTree(BakeDefinition.write(
                        request, new BuildGroup(null, request.platforms()), PushStrategy.BY_DIGEST))
                .path("target");
        JsonNode amd = targets.path("linux_amd64");
        JsonNode arm = targets.path("linux_arm64");
        for (String attribute : List.of("args", "labels")) {
            assertEquals("common", amd.path(attribute).path("A").asText());
            assertEquals("rest", amd.path(attribute).path("C").asText());
            assertEquals("$${arch}", arm.path(attribute).path("A").asText());
            assertEquals("b", arm.path(attribute).path("B").asText());
            assertFalse(arm.path(attribute).has("C"), "only the closest key counts");
        }
        assertFalse(amd.has("target"));
        assertEquals("own", arm.path("target").asText());
        assertEquals("dir", amd.at("/contexts/c").asText());
        assertEquals("own", arm.at("/contexts/c").asText());
        assertEquals("linux-amd64/x86_64.amd64", amd.path("dockerfile").asText());
        assertEquals("linux-arm64/aarch64.arm64", arm.path("dockerfile").asText());
    }

    @Test
    void secretsAreNamedByTheirFiles() throws Exception {
        BuildRequest request = Requests.simple(TAG);
        BuildSecrets secrets =
                new BuildSecrets(Map.of("npm", "/t/a,b/0", "pip", "/t/${x}/1"), Map.of("default", "/t/2"));
        JsonNode root = new ObjectMapper()
                .readTree(BakeDefinition.write(
                        request, new BuildGroup(null, request.platforms()), PushStrategy.BY_DIGEST, secrets));
        for (String target : List.of("linux_amd64", "linux_arm64")) {
            JsonNode node = root.path("target").path(target);
            assertEquals("id=npm,\"src=/t/a,b/0\"", node.at("/secret/0").asText());
            assertEquals("id=pip,src=/t/$${x}/1", node.at("/secret/1").asText());
            assertEquals("default=/t/2", node.at("/ssh/0").asText());
        }
        assertFalse(write(BuildOptions.DEFAULTS, PushStrategy.BY_DIGEST)
                .at("/target/linux_amd64")
                .has("secret"));
    }

    @Test
    void commandNamesTheFiles() {
        List<String> command = BakeDefinition.command(Requests.simple(TAG), "/t/plan.json", "/t/md.json");
        assertTrue(String.join(" ", command).startsWith("buildx bake --file /t/plan.json --metadata-file /t/md.json"));
    }

    private static JsonNode write(BuildOptions options, PushStrategy strategy) throws Exception {
        BuildRequest request = Requests.with(options, TAG);
        return new ObjectMapper()
                .readTree(BakeDefinition.write(request, new BuildGroup(null, request.platforms()), strategy));
    }
}
