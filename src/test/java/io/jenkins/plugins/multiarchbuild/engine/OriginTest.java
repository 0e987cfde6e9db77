package io.jenkins.plugins.multiarchbuild.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of where an image comes from. */
class OriginTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @ParameterizedTest
    @CsvSource({
        "https://git.example.com/team/app.git, https://git.example.com/team/app.git",
        "https://user:secret@git.example.com/team/app.git, https://git.example.com/team/app.git",
        "https://token@git.example.com/team/app.git, https://git.example.com/team/app.git",
        "ssh://git:secret@git.example.com/team/app.git, ssh://git@git.example.com/team/app.git",
        "ssh://git@git.example.com:7999/team/app.git, ssh://git@git.example.com:7999/team/app.git",
        "git@git.example.com:team/app.git, git@git.example.com:team/app.git",
        "https://h.example/x.tgz?private_token=secret, https://h.example/x.tgz",
        "HTTPS://user:sec@ret@h.example/x.tgz?a=b&token=secret#frag, HTTPS://h.example/x.tgz#frag",
        "git://user:secret@h.example/x.git, git://user@h.example/x.git",
        "https://git.example.com/team/app@2.git, https://git.example.com/team/app@2.git"
    })
    void noSecretOfTheAddressIsPublished(String url, String expected) {
        assertEquals(expected, new Origin(url, null).url());
    }

    @Test
    void variablesOfCheckoutsAreRead() {
        assertEquals(
                new Origin("https://git.example.com/app.git", COMMIT),
                Origin.of(Map.of("GIT_URL", "https://git.example.com/app.git", "GIT_COMMIT", COMMIT)));
        assertEquals(
                new Origin("https://svn.example.com/app", "17"),
                Origin.of(Map.of("SVN_URL", "https://svn.example.com/app", "SVN_REVISION", "17")));
        assertTrue(Origin.of(Map.of("GIT_URL", "", "PATH", "/bin")).isUnknown());
    }

    @Test
    void remoteContextIsItsOwnOrigin() {
        assertEquals(
                new Origin("https://git.example.com/app.git", COMMIT),
                Origin.ofContext("https://git.example.com/app.git#" + COMMIT + ":sub"));
        Origin branch = Origin.ofContext("https://token@git.example.com/app.git#main:sub");
        assertEquals("https://git.example.com/app.git", branch.url());
        assertNull(branch.revision(), "a branch is no revision");
        assertEquals(
                "https://h.example/x.tgz",
                Origin.ofContext("https://h.example/x.tgz?private_token=secret").url());
    }

    @Test
    void standardAnnotationsAreThoseThatAreKnown() {
        List<ImageReference> tags = List.of(
                ImageReference.parse("registry.example.com/app:latest"),
                ImageReference.parse("registry.example.com/app:1.0"));
        Instant created = Instant.parse("2026-11-23T12:00:00.123Z");

        assertEquals(
                Map.of(
                        "org.opencontainers.image.created", "2026-11-23T12:00:00Z",
                        "org.opencontainers.image.source", "https://git.example.com/app.git",
                        "org.opencontainers.image.revision", COMMIT,
                        "org.opencontainers.image.version", "1.0"),
                Annotations.standard(new Origin("https://git.example.com/app.git", COMMIT), tags, created));
        assertEquals(
                Map.of("org.opencontainers.image.created", "2026-11-23T12:00:00Z"),
                Annotations.standard(Origin.UNKNOWN, tags.subList(0, 1), created));
    }
}
