package io.jenkins.plugins.multiarchbuild.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OneLineTest {

    @Test
    void lineBreaksAndEscapeSequencesAreReplaced() {
        assertLine("first\r\n\u2028second", "first second", "first???second");
        assertLine("\u001b[31mred", " [31mred", "?[31mred");
    }

    @Test
    void whatIsInvisibleIsReplaced() {
        assertLine("app\u202egnp.exe", "app gnp.exe", "app?gnp.exe");
        assertLine("a\u2066b\u2069c\u200fd\u061ce", "a b c d e", "a?b?c?d?e");
        assertLine("pass\u200bword\ufeff\u00ad.", "pass word .", "pass?word??.");
        assertLine("tag\udb40\udc41s", "tag s", "tag?s");
    }

    @Test
    void wordsOfAnyScriptStay() {
        for (String text : new String[] {
            "\u0646\u0645\u06cc\u200c\u062e\u0648", "\u0915\u094d\u200d\u0937", "Gr\u00f6\u00dfe \u4e2d"
        }) {
            assertLine(text, text, text);
        }
    }

    private static void assertLine(String text, String line, String marked) {
        assertEquals(line, OneLine.of(text));
        assertEquals(marked, OneLine.marked(text));
    }
}
