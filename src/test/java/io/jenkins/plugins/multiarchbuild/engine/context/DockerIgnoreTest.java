package io.jenkins.plugins.multiarchbuild.engine.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerIgnoreTest {

    @ParameterizedTest
    @CsvSource({
        "target, target, true",
        "target, target/classes/A.class, true",
        "target, module/target, false",
        "/target/, target/a, true",
        "**/target, module/target/a, true",
        "**/target, target, true",
        "*.md, README.md, true",
        "*.md, doc/README.md, false",
        "**/*.md, doc/README.md, true",
        "a?c, abc, true",
        "a?c, a/c, false",
        "[ab].txt, a.txt, true",
        "[^ab].txt, a.txt, false",
        "a\\*b, a*b, true",
        "a\\*b, axb, false",
        "dir/**, dir/x/y, true",
        "./dir/../other, other, true",
        "a.c, abc, false",
        "*, anything, true",
        "../target, target, false",
        "/../target, target, true",
        "a**b, axb, false",
        "a**b, ax/b, true",
        "**b, a/ab, true",
        "[a&&b], b, true",
        "a\\ b, a b, true",
        "./!a, a, false",
        "'# comment', '# comment', false"
    })
    void rulesMatchAsDockerDoes(String rule, String path, boolean excluded) {
        assertEquals(excluded, DockerIgnore.parse(rule).excludes(path));
    }

    @Test
    @Timeout(10)
    void noRuleTakesLongToReadOrToMatch() {
        DockerIgnore rules = DockerIgnore.parse(
                "**/".repeat(30) + "x*y\n" + "*d".repeat(30) + "x\nabc" + " ".repeat(100_000) + "\n");
        assertTrue(rules.excludes("abc"));
        assertFalse(rules.excludes("d/".repeat(60) + "file"));
        assertFalse(rules.excludes("d".repeat(120)));
        assertFalse(DockerIgnore.parse("a\na" + " ".repeat(1_000_000) + "b").excludes("a"), "BuildKit decides");
    }

    @Test
    void lastRuleThatMatchesDecides() {
        DockerIgnore rules = DockerIgnore.parse("*\n!src\nsrc/secret\n\n!src/secret/public\n");
        assertTrue(rules.excludes("README"));
        assertFalse(rules.excludes("src/Main.java"));
        assertTrue(rules.excludes("src/secret/key"));
        assertFalse(rules.excludes("src/secret/public/key"));
        assertTrue(rules.hasExceptions());
        assertFalse(DockerIgnore.parse("a").hasExceptions());
    }

    @Test
    void ruleThatChangesNothingForADirectoryDoesNotCountForItsFiles() {
        DockerIgnore rules = DockerIgnore.parse("*/\n!dir/a.txt\ndir/\n");
        assertFalse(rules.excludes("dir/a.txt"), "BuildKit takes it too");
        assertTrue(rules.excludes("dir/b.txt"));
        assertTrue(rules.excludes("other/a.txt"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[z-a]", "a[", "[]", "[a-]", "!", "!/", "a\\", "\\d", "[[:alpha:]]", "\ufffd", "\u0000"})
    void ruleThatIsInvalidOrForBuildKitToReadExcludesNothing(String rule) {
        assertFalse(DockerIgnore.parse("*\n" + rule).excludes("a"));
    }

    @Test
    void markAtTheBeginningAndLineEndingsOfWindowsDoNotMatter() {
        DockerIgnore rules = DockerIgnore.parse("\ufeffa\r\n\r\nb \r\n");
        assertTrue(rules.excludes("a"));
        assertTrue(rules.excludes("b"));
    }

    @Test
    void nothingIsExcludedByNothing() {
        assertFalse(DockerIgnore.parse("").excludes("a"));
    }
}
