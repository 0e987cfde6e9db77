package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistryParameterTest {

    @Test
    void listOfMapsAndLinesOfTextAreTheSame() {
        Map<String, String> expected = Map.of("r.example:5000", "a", "docker.io", "b");
        assertEquals(
                expected,
                parse(List.of(
                        Map.of("url", "https://r.example:5000/v2/", "credentialsId", " a "),
                        Map.of("url", "https://index.docker.io/v1/", "credentialsId", "b"))));
        assertEquals(expected, parse("r.example:5000=a\n\n registry-1.docker.io = b"));
        assertEquals(Map.of("r.example", "a"), parse(Map.of("url", "r.example", "credentialsId", "a")));
        assertEquals(Map.of(), parse(null));
    }

    @Test
    void formShowsWhatItReads() {
        List<?> entries = List.of(
                Map.of("url", "r.example", "credentialsId", "a"), Map.of("url", "docker.io", "credentialsId", "b"));
        assertEquals("r.example=a\ndocker.io=b", FormText.of(entries));
    }

    @Test
    void anythingElseIsOneClearLine() {
        assertSays("'' is not a registry.", List.of(Map.of("credentialsId", "a")));
        assertSays("the entry for r.example has no credentialsId", List.of(Map.of("url", "r.example")));
        assertSays("[registry] is not understood", List.of(Map.of("registry", "r.example")));
        assertSays("'r.example' is not understood", List.of("r.example"));
        assertSays("the line 'r.example' is not written as", "r.example");
        assertSays(
                "docker.io is named twice",
                List.of(
                        Map.of("url", "docker.io", "credentialsId", "a"),
                        Map.of("url", "index.docker.io", "credentialsId", "b")));
        assertSays("give a list such as", true);
    }

    @Test
    void entryForABaseTagsRegistryComesFirst() {
        MultiArchBuildStep step = new MultiArchBuildStep("amd64", "r.example/app:1 app:1");
        step.setCredentialsId("all");
        step.setRegistries(List.of(
                Map.of("url", "docker.io", "credentialsId", "hub"),
                Map.of("url", "base.example", "credentialsId", "base")));
        assertEquals(Map.of("r.example", "all", "docker.io", "hub", "base.example", "base"), step.credentialsIds());
    }

    private static void assertSays(String part, Object value) {
        String message =
                assertThrows(InvalidRequestException.class, () -> parse(value)).getMessage();
        assertTrue(message.startsWith("registries: ") && message.contains(part), message);
    }

    private static Map<String, String> parse(Object value) {
        return RegistryParameter.parse(Parameter.plain(value));
    }
}
