package io.jenkins.plugins.multiarchbuild.engine.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DockerConfigTest {

    private static final Map<String, String> LOGIN = Map.of("r.example:5000", DockerConfig.auth("me", "pass:wörd"));

    @Test
    void loginIsAddedToWhatIsThere() throws Exception {
        JsonNode config = write("""
                {"auths": {"other.example": {"auth": "b3RoZXI="}}, "HttpHeaders": {"X": "y"}, "currentContext": "farm",
                 "proxies": {"default": {"httpProxy": "http://p"}}, "cliPluginsExtraDirs": ["/opt/plugins"],
                 "credHelpers": {"cloud.example": "ecr-login", "r.example:5000": "ecr-login"}}
                """, LOGIN);
        assertEquals(
                "bWU6cGFzczp3w7ZyZA==",
                config.path("auths").path("r.example:5000").path("auth").asText());
        assertEquals("b3RoZXI=", config.at("/auths/other.example/auth").asText());
        assertEquals(
                "[\"/opt/plugins\",\"/own/cli-plugins\"]",
                config.path("cliPluginsExtraDirs").toString());
        assertEquals("y", config.at("/HttpHeaders/X").asText());
        assertEquals("farm", config.path("currentContext").asText());
        assertEquals("http://p", config.at("/proxies/default/httpProxy").asText());
        assertEquals(
                "{\"cloud.example\":\"ecr-login\",\"r.example:5000\":\"\"}",
                config.path("credHelpers").toString());
    }

    @Test
    void credentialsStoreDoesNotSwallowTheLogin() throws Exception {
        JsonNode config =
                write("{\"auths\": {\"stored.example\": {}, \"r.example:5000\": {}}, \"credsStore\": \"pass\"}", LOGIN);
        assertEquals("pass", config.path("credsStore").asText(), "it goes on answering for all others");
        assertEquals("{\"r.example:5000\":\"\"}", config.path("credHelpers").toString());
        assertEquals("{}", config.at("/auths/stored.example").toString());
    }

    @Test
    void withoutStoreThereAreNoHelpers() throws Exception {
        assertFalse(write(null, LOGIN).has("credHelpers"));
    }

    @Test
    void loginsOfTheEnvironmentAreKeptButDoNotWin() throws Exception {
        String variable =
                "{\"auths\": {\"env.example\": {\"auth\": \"ZW52\"}, \"r.example:5000\": {\"auth\": \"b2xk\"}}}";
        String original = "{\"auths\": {\"env.example\": {\"auth\": \"b2xk\"}}, \"credsStore\": \"pass\"}";
        JsonNode config =
                new ObjectMapper().readTree(DockerConfig.write(original, variable, "/own/cli-plugins", LOGIN));
        assertEquals("ZW52", config.at("/auths/env.example/auth").asText());
        assertEquals(
                "bWU6cGFzczp3w7ZyZA==",
                config.path("auths").path("r.example:5000").path("auth").asText());
        assertEquals(
                "{\"env.example\":\"\",\"r.example:5000\":\"\"}",
                config.path("credHelpers").toString());
    }

    @Test
    void dockerHubHasItsOldName() throws Exception {
        JsonNode config = write(null, Map.of("docker.io", "eDp5"));
        assertEquals(
                "eDp5",
                config.path("auths")
                        .path("https://index.docker.io/v1/")
                        .path("auth")
                        .asText());
    }

    @Test
    void brokenConfigurationIsAnErrorThatDoesNotShowIt() {
        var error = assertThrows(DockerException.class, () -> write("{\"auths\": secret", LOGIN));
        assertFalse(error.getMessage().contains("secret"), error.getMessage());
        assertThrows(DockerException.class, () -> write("[]", LOGIN));
    }

    private static JsonNode write(String original, Map<String, String> logins) throws Exception {
        return new ObjectMapper().readTree(DockerConfig.write(original, "/own/cli-plugins", logins));
    }
}
