package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import java.util.List;
import java.util.Map;
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

    @ParameterizedTest
    @CsvSource({
        "true, type=provenance",
        "false, 'type=provenance,disabled=true'",
        "mode=max, 'type=provenance,mode=max'"
    })
    void provenanceIsAnAttestation(String provenance, String attestation) throws Exception {
        JsonNode root = write(new BuildOptions(Map.of(), Map.of(), null, provenance), PushStrategy.BY_DIGEST);
        assertEquals(attestation, root.at("/target/linux_amd64/attest/0").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "true, type=sbom",
        "false, 'type=sbom,disabled=true'",
        "generator=r.example/scanner:1, 'type=sbom,generator=r.example/scanner:1'"
    })
    void sbomIsAnAttestationBesideTheProvenance(String sbom, String attestation) throws Exception {
        BuildOptions options = new BuildOptions(Map.of(), Map.of(), null, "mode=max").withSbom(sbom);
        JsonNode attest = write(options, PushStrategy.BY_DIGEST).at("/target/linux_amd64/attest");
        assertEquals("type=provenance,mode=max", attest.path(0).asText());
        assertEquals(attestation, attest.path(1).asText());
    }

    @ParameterizedTest
    @EnumSource(PushStrategy.class)
    void annotationsNeedOciMediaTypes(PushStrategy strategy) throws Exception {
        JsonNode root = write(BuildOptions.DEFAULTS.withAnnotations(Map.of("a", "b")), strategy);
        assertTrue(root.at("/target/linux_amd64/output/0").asText().endsWith(",oci-mediatypes=true"));
    }

    @ParameterizedTest
    @CsvSource({"BY_DIGEST, true", "ARCH_TAGS, false"})
    void reproducibleBuildHasNoTimestampsOfItsOwn(PushStrategy strategy, boolean rewrites) throws Exception {
        BuildOptions options = new BuildOptions(Map.of("SOURCE_DATE_EPOCH", "0"), Map.of(), null, "false");
        String output =
                write(options, strategy).at("/target/linux_amd64/output/0").asText();
        assertEquals(rewrites, output.endsWith(",rewrite-timestamp=true"), output);
    }

    @Test
    void templatesInUserTextAreEscaped() throws Exception {
        BuildOptions options =
                new BuildOptions(Map.of("A", "${x} %{x} $HOME"), Map.of("k${x}", "\"v\"\n"), "stage", null);
        JsonNode target = write(options, PushStrategy.BY_DIGEST).at("/target/linux_amd64");
        assertEquals("$${x} %%{x} $HOME", target.at("/args/A").asText());
        assertEquals("\"v\"\n", target.path("labels").path("k$${x}").asText());
        assertEquals("stage", target.path("target").asText());
    }

    @Test
    void contextsCacheAndNetworkAreOfEveryTarget() throws Exception {
        BuildOptions options = BuildOptions.DEFAULTS
                .withNetwork("none")
                .withCache(CacheOptions.parse(List.of("type=local,src=/${x}"), List.of("r.example/c"), true, true));
        BuildRequest simple = Requests.with(options, TAG);
        BuildRequest request = new BuildRequest(
                simple.platforms(),
                simple.baseTags(),
                new BuildSource(".", null, PlatformMap.EMPTY, new NamedContexts(Map.of("more", "dir %{x}"))),
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
