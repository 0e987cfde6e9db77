package io.jenkins.plugins.multiarchbuild.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFinderTest {

    private static final String SECRET = "p\"ss\\wörd/😀";

    private final SecretFinder finder = new SecretFinder(List.of(SECRET, "hunter22", "abc"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                SECRET,
                "p\\\"ss\\\\wörd/😀",
                "p\\\"ss\\\\w\\u00f6rd\\/\\ud83d\\uDE00",
                "\\u0070\"ss\\u005cwörd/😀",
                "p\n\"ss\\wör\r\nd/😀",
                "p\\\"ss\n\\\\wörd/\n😀",
                "hunter22",
                "\\u0068unter22",
                "h\nu\nn\nt\ne\nr\n2\n2",
                "p%22ss%5Cw%C3%B6rd%2F%F0%9F%98%80",
                "p%22ss%5cw%c3%b6rd/%f0%9f%98%80",
                "%68%75%6e%74%65%72%32%32",
                "hunter%32\n%32"
            })
    void secretIsMaskedInEveryForm(String form) {
        assertEquals("ö <****> ü", finder.masked("ö <" + form + "> ü"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "hunter2",
                "hunter\\u0032",
                "hunter\n\n\n22",
                "p\"ss\\word",
                "\\u006",
                "\\",
                "\\u",
                "hunter2%3",
                "hunter2%33",
                "%",
                "%6"
            })
    void otherTextStaysAsItIs(String text) {
        assertEquals("a" + text, finder.masked("a" + text));
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3"})
    void base64IsMaskedWhateverSurroundsIt(int before) {
        String encoded = Base64.getMimeEncoder(8, new byte[] {'\n'})
                .encodeToString(("x".repeat(before) + "hunter22hunter22" + "y").getBytes(StandardCharsets.UTF_8));

        String masked = finder.masked(encoded).replace("\n", "");

        for (int i = 0; i + 6 <= masked.length(); i++) {
            String part = masked.substring(i, i + 6);
            assertFalse(part.matches("\\w{6}") && encoded.replace("\n", "").contains(part), masked);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "two%20words", "two+words"})
    void blankIsMaskedAsUrlsHaveIt(String form) {
        assertEquals("user=****&", new SecretFinder(List.of("two words")).masked("user=" + form + "&"));
    }

    @Test
    void overlappingSecretsAreMaskedTogether() {
        SecretFinder both = new SecretFinder(List.of("first-part", "part-second"));

        assertEquals("a **** b", both.masked("a first-part-second b"));
    }

    @Test
    void pieceOfALongerTextIsMasked() {
        String text = "one hunter22 two";

        assertEquals("**** tw", SecretFinder.masked("ter22 tw", 7, finder.find(text)));
        assertEquals("one", SecretFinder.masked("one", 0, finder.find(text)));
    }
}
