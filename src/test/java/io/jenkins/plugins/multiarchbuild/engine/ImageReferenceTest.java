package io.jenkins.plugins.multiarchbuild.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {

    private static final Digest DIGEST = Digest.of("");

    @ParameterizedTest
    @CsvSource({
        "app, docker.io/library/app",
        "app:1.0, docker.io/library/app:1.0",
        "team/app:1.0, docker.io/team/app:1.0",
        "docker.io/app:1, docker.io/library/app:1",
        "index.docker.io/team/app:1, docker.io/team/app:1",
        "registry-1.docker.io/team/app:1, docker.io/team/app:1",
        "localhost/app:1, localhost/app:1",
        "localhost:5000/app:1, localhost:5000/app:1",
        "127.0.0.1:5000/team/app, 127.0.0.1:5000/team/app",
        "[::1]:5000/team/app:1, [::1]:5000/team/app:1",
        "[2001:db8::1]/app:1, [2001:db8::1]/app:1",
        "Registry.Example.com/a/b/c/d:v1_2-x.3, Registry.Example.com/a/b/c/d:v1_2-x.3",
        "a__b/c-d--e.f_g:1, docker.io/a__b/c-d--e.f_g:1"
    })
    void referencesAreNormalisedAsDockerDoes(String written, String normalised) {
        assertEquals(normalised, ImageReference.parse(written).toString());
    }

    @Test
    void digestIsKept() {
        ImageReference reference = ImageReference.parse("127.0.0.1:5000/app:1@" + DIGEST);
        assertEquals(DIGEST, reference.digest());
        assertEquals("1", reference.tag());
        assertEquals("127.0.0.1:5000/app", reference.repository());
        assertEquals("127.0.0.1:5000/app@" + DIGEST, reference.at(DIGEST).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "App:1",
                "a//b:1",
                "/app:1",
                "app:",
                "app:-1",
                "app:a b",
                "app@sha256:abc",
                "host:x/app:1",
                "a b:1",
                "app:1:2",
                "_a:1",
                "a_:1",
                "a___b:1",
                "-host.example/app:1",
                "$(x):1",
                "app:\n"
            })
    void invalidReferenceIsRefusedInOneLine(String written) {
        var error = assertThrows(InvalidRequestException.class, () -> ImageReference.parse(written));
        assertTrue(error.getMessage().startsWith("'"), error.getMessage());
    }

    @Test
    void tooLongTagIsRefused() {
        assertEquals(
                "t".repeat(128), ImageReference.parse("app:" + "t".repeat(128)).tag());
        assertThrows(InvalidRequestException.class, () -> ImageReference.parse("app:" + "t".repeat(129)));
    }

    @Test
    void baseTagNeedsATag() {
        var error = assertThrows(InvalidRequestException.class, () -> ImageReference.parseTag("team/app"));
        assertEquals("The base tag 'team/app' has no tag. Write one, for example 'team/app:1.0'.", error.getMessage());
    }

    @Test
    void baseTagMustHaveNoDigest() {
        var error = assertThrows(InvalidRequestException.class, () -> ImageReference.parseTag("team/app:1@" + DIGEST));
        assertTrue(error.getMessage().contains("has a digest"), error.getMessage());
    }

    @Test
    void archTagStandsBesideTheBaseTag() {
        assertEquals(
                "docker.io/library/app:1.0-arm64",
                ImageReference.parse("app:1.0").withTagSuffix("arm64").toString());
    }
}
