package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Requests;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicationTest {

    private static final Digest OLD = Digest.of("old");
    private static final Digest NEW = Digest.of("new");
    private static final ImageReference TAG = ImageReference.parseTag("app:1");

    @Test
    void archTagsStandBesideEveryBaseTag() {
        BuildRequest request = new BuildRequest(
                Platform.parseAll(List.of("amd64", "arm64")),
                BuildRequest.parseBaseTags(List.of("app:1", "localhost:5000/a/b/c:2", "[::1]:5000/app:3")),
                BuildSource.WORKSPACE,
                Requests.options().annotations(Map.of("a", "b")).build(),
                null,
                ArchTags.parse("uname"),
                true);
        List<BuiltImage> built = request.platforms().stream()
                .map(platform -> new BuiltImage(platform, request.pushTag().at(Digest.of(platform.toString()))))
                .toList();
        Publication publication = Publication.of(request, built);
        assertEquals(
                List.of(
                        "docker.io/library/app:1-x86_64",
                        "docker.io/library/app:1-aarch64",
                        "localhost:5000/a/b/c:2-x86_64",
                        "localhost:5000/a/b/c:2-aarch64",
                        "[::1]:5000/app:3-x86_64",
                        "[::1]:5000/app:3-aarch64"),
                publication.archTags().keySet().stream()
                        .map(ImageReference::toString)
                        .toList());
        assertEquals(3 + 6, publication.allTags().size());
        assertEquals(Map.of("a", "b"), publication.annotations());
        assertEquals(request.platforms(), publication.platforms());
    }

    @Test
    void imageNamedTwiceCountsOnce() {
        assertEquals(
                1, Publication.of(List.of(TAG, TAG), List.of(TAG, TAG)).images().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a=b", ":a", "index:a", "-a", "a\n"})
    void annotationWithoutAProperKeyIsRefused(String key) {
        Publication publication = Publication.of(List.of(TAG), List.of(TAG));
        assertThrows(InvalidRequestException.class, () -> publication.withAnnotations(Map.of(key, "v")));
    }

    @Test
    void annotationWithALineBreakIsRefused() {
        var error = assertThrows(
                InvalidRequestException.class,
                () -> Requests.options().annotations(Map.of("a", "b\nc")).build());
        assertTrue(error.getMessage().contains("line break"), error.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"'', NEITHER", "first, FIRST", "' last ', LAST"})
    void preferenceIsRead(String text, DuplicateChoice prefer) {
        assertEquals(prefer, DuplicateChoice.parse(text));
    }

    @Test
    void preferenceThatIsNoneIsRefused() {
        assertThrows(InvalidRequestException.class, () -> DuplicateChoice.parse("newest"));
        assertEquals(DuplicateChoice.NEITHER, DuplicateChoice.parse(null));
    }

    @Test
    void tagStateSaysWhatHappened() {
        assertEquals(
                TAG + " has moved (before: nothing)",
                TagState.found(TAG, NEW, null, NEW).toString());
        assertEquals(
                TAG + " has moved (before: " + OLD + ")",
                TagState.found(TAG, NEW, OLD, NEW).toString());
        assertEquals(
                TAG + " points at the new image, as it did before",
                TagState.found(TAG, NEW, NEW, NEW).toString());
        assertEquals(
                TAG + " has not moved (still: nothing)",
                TagState.found(TAG, NEW, null, null).toString());
        assertEquals(
                TagState.Outcome.OVERWRITTEN,
                TagState.found(TAG, NEW, OLD, Digest.of("x")).outcome());
        assertEquals(
                TagState.Outcome.OVERWRITTEN,
                TagState.found(TAG, NEW, OLD, null).outcome());
    }
}
