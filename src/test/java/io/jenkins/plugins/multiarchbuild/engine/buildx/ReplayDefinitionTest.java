package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayDefinitionTest {

    private static final String TAG = "127.0.0.1:5000/team/app:1";

    @Test
    void everythingOfTheFarmIsLeftOut() throws Exception {
        BuildOptions options = Requests.options()
                .provenance("mode=max")
                .sbom("true")
                .annotations(Map.of("a", "b"))
                .cache(CacheOptions.parse(List.of("type=local,src=/cache"), List.of("r.example/c"), true, true))
                .build();

        JsonNode root = read(new ReplayDefinition(Requests.with(options, TAG), "app", List.of(), List.of()));

        assertEquals("[\"what it is\"]", root.path("//").toString());
        assertEquals(
                "[\"linux_amd64\",\"linux_arm64\"]",
                root.at("/group/default/targets").toString());
        JsonNode target = root.at("/target/linux_arm64");
        assertEquals("[\"type=docker\"]", target.path("output").toString());
        assertEquals("[\"app:replay-linux_arm64\"]", target.path("tags").toString());
        for (String attribute : List.of("attest", "cache-from", "cache-to", "secret", "ssh")) {
            assertFalse(target.has(attribute), attribute);
        }
        assertEquals(true, target.path("pull").asBoolean());
        assertEquals(true, target.path("no-cache").asBoolean());
    }

    @Test
    void secretsComeFromTheEnvironmentAndKeysFromAnAgent() throws Exception {
        ReplayDefinition replay = new ReplayDefinition(
                Requests.with(BuildOptions.DEFAULTS, TAG),
                "app",
                List.of("npm", "a.b-c", "a_b_c", "path"),
                List.of("default", "deploy"));

        assertEquals(
                Map.of("npm", "SECRET_NPM", "a.b-c", "SECRET_A_B_C", "a_b_c", "SECRET_A_B_C_2", "path", "SECRET_PATH"),
                replay.variables());
        JsonNode target = read(replay).at("/target/linux_amd64");
        assertEquals(
                "[\"id=npm,env=SECRET_NPM\",\"id=a.b-c,env=SECRET_A_B_C\",\"id=a_b_c,env=SECRET_A_B_C_2\","
                        + "\"id=path,env=SECRET_PATH\"]",
                target.path("secret").toString());
        assertEquals("[\"default\",\"deploy\"]", target.path("ssh").toString());
        assertEquals("docker buildx bake --allow ssh --file ../replay.json", replay.command("../replay.json"));
    }

    @Test
    void privilegesAreAllowedByTheCommand() {
        RunOptions run = new RunOptions("host", null, List.of(), Map.of(), List.of("security.insecure"));
        ReplayDefinition replay = new ReplayDefinition(
                Requests.with(Requests.options().run(run).build(), TAG), "app", List.of(), List.of());

        assertEquals(
                "docker buildx bake --allow security.insecure --allow network.host --file replay.json",
                replay.command("replay.json"));
    }

    private static JsonNode read(ReplayDefinition replay) throws Exception {
        return new ObjectMapper().readTree(replay.write(List.of("what it is")));
    }
}
