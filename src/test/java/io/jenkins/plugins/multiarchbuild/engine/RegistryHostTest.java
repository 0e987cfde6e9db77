package io.jenkins.plugins.multiarchbuild.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryHostTest {

    @ParameterizedTest
    @CsvSource({
        "registry.example.com, registry.example.com",
        "https://registry.example.com, registry.example.com",
        "https://registry.example.com/, registry.example.com",
        "HTTP://Registry.Example.com:5000/v2/, registry.example.com:5000",
        "registry.example.com/team/app, registry.example.com",
        "localhost, localhost",
        "127.0.0.1:5000, 127.0.0.1:5000",
        "docker.io, docker.io",
        "index.docker.io, docker.io",
        "registry-1.docker.io, docker.io",
        "https://registry-1.docker.io/v2/, docker.io",
        "https://index.docker.io/v1/, docker.io"
    })
    void hostIsWhatImageNamesHave(String text, String host) {
        assertEquals(host, RegistryHost.parse("registries", text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "registry",
                "https://",
                "ftp://r.example",
                "a b.c",
                "https://user:pw@r.example",
                "r.example:x"
            })
    void anythingElseIsRefused(String text) {
        var error = assertThrows(InvalidRequestException.class, () -> RegistryHost.parse("registries", text));
        assertTrue(error.getMessage().startsWith("registries: '"), error.getMessage());
    }

    @Test
    void dockerHubHasSeveralNames() {
        assertEquals(3, RegistryHost.names("docker.io").size());
        assertEquals(1, RegistryHost.names("r.example").size());
    }
}
