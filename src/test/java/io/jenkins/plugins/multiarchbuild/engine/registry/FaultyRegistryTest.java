package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.rig.FaultyRegistry;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishes with the real buildx to a registry that has a bad day; the registry behind it is read over plain HTTP. */
@NeedsRig
class FaultyRegistryTest {

    private static final String PATH = "faulty-" + System.nanoTime() + "/app";

    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private FaultyRegistry faulty;
    private RigDocker docker;

    @BeforeEach
    void start() throws Exception {
        faulty = new FaultyRegistry();
        docker = new RigDocker(faulty.host());
    }

    @AfterEach
    void stop() throws Exception {
        faulty.close();
    }

    static Stream<Arguments> passingTroubles() {
        return Stream.of(
                Arguments.of("missing", "(GET|HEAD) .*/manifests/sha256:", 1, FaultyRegistry.status(404, "{}")),
                Arguments.of("busy", ".*", 8, FaultyRegistry.status(429, "{}", "Retry-After", "1")),
                Arguments.of("broken", "(GET|HEAD|PUT) .*/manifests/", 3, FaultyRegistry.status(500, "{}")),
                Arguments.of("away", "PUT .*/manifests/away", 2, FaultyRegistry.status(503, "{}")),
                Arguments.of("halved", "GET .*/manifests/", 2, FaultyRegistry.cutOff()),
                Arguments.of("silent", "PUT .*/manifests/silent", 2, FaultyRegistry.hangUp()));
    }

    @ParameterizedTest
    @MethodSource("passingTroubles")
    void whatPassesIsTriedAgain(String tag, String request, int times, FaultyRegistry.Trouble trouble)
            throws Exception {
        Publication publication = built("true", tag);
        faulty.fail(times, request, trouble);
        PublicationResult published = publisher().publish(publication);
        assertEquals(published.index().digest().value(), Rig.digest(PATH, tag).orElseThrow());
        assertTrue(pauses.size() <= Registry.TRIES, "pauses " + pauses);
    }

    @Test
    void tagThatShowsLateIsWaitedFor() throws Exception {
        publisher().publish(built("true", "late"));
        String old = Rig.manifest(PATH, "late").orElseThrow();
        String oldDigest = Rig.digest(PATH, "late").orElseThrow();
        Publication next = built("true", "late");
        // the state before is read once, and after publishing the registry shows it twice more
        FaultyRegistry.Trouble stale = FaultyRegistry.status(
                200,
                old,
                "Content-Type",
                "application/vnd.oci.image.index.v1+json",
                "Docker-Content-Digest",
                oldDigest);
        faulty.fail(6, "GET .*/manifests/(late|" + oldDigest + ")$", stale);
        faulty.fail(6, "HEAD .*/manifests/late$", (exchange, real) -> {
            exchange.getResponseHeaders().set("Docker-Content-Digest", oldDigest);
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.oci.image.index.v1+json");
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(old.length()));
            exchange.sendResponseHeaders(200, -1);
        });
        PublicationResult published = publisher().publish(next);
        assertEquals(
                published.index().digest().value(), Rig.digest(PATH, "late").orElseThrow());
        assertFalse(pauses.isEmpty());
    }

    @Test
    void registryThatStaysBrokenIsAnErrorInTheEnd() throws Exception {
        Publication publication = built("true", "first", "second");
        faulty.fail(Integer.MAX_VALUE, "PUT .*/manifests/second$", FaultyRegistry.status(502, "{}"));
        var error = assertThrows(PublicationException.class, () -> publisher().publish(publication));
        assertEquals(
                List.of(1L, 2L, 4L, 8L),
                pauses.stream().map(Duration::toSeconds).toList());
        assertTrue(
                error.getMessage().startsWith("The registry " + faulty.host() + " does not respond"),
                error.getMessage());
        assertTrue(error.getMessage().contains(":first has moved (before: nothing)"), error.getMessage());
        assertTrue(error.getMessage().contains(":second has not moved (still: nothing)"), error.getMessage());
        Map<String, TagState.Outcome> outcomes = error.tags().stream()
                .collect(Collectors.toMap(state -> state.tag().tag(), TagState::outcome));
        assertEquals(Map.of("first", TagState.Outcome.PUBLISHED, "second", TagState.Outcome.NOT_MOVED), outcomes);
        assertTrue(Rig.digest(PATH, "first").isPresent());
        assertTrue(Rig.digest(PATH, "second").isEmpty());
    }

    @Test
    void answerThatEndsInAResetIsAskedForAgain() throws Exception {
        Publication publication = built("true", "torn");
        faulty.fail(2, "GET .*/manifests/", faulty.resetInAnswer());
        faulty.fail(1, "PUT .*/manifests/torn$", faulty.reset());
        faulty.fail(1, "PUT .*/manifests/torn$", faulty.resetInAnswer());
        PublicationResult published = publisher().publish(publication);
        assertEquals(
                published.index().digest().value(), Rig.digest(PATH, "torn").orElseThrow());
        assertFalse(pauses.isEmpty());
        assertTrue(pauses.size() <= Registry.TRIES, "pauses " + pauses);
    }

    @Test
    void registryThatGoesOnResettingIsAnErrorInTheEnd() throws Exception {
        Publication publication = built("true", "kept", "reset");
        faulty.fail(Integer.MAX_VALUE, "PUT .*/manifests/reset$", faulty.reset());
        var error = assertThrows(PublicationException.class, () -> publisher().publish(publication));
        assertEquals(
                List.of(1L, 2L, 4L, 8L),
                pauses.stream().map(Duration::toSeconds).toList());
        String line = error.getMessage().lines().findFirst().orElseThrow();
        assertTrue(line.startsWith("The registry " + faulty.host() + " does not respond properly"), line);
        assertTrue(line.contains("connection reset by peer"), line);
        assertEquals(
                List.of(TagState.Outcome.PUBLISHED, TagState.Outcome.NOT_MOVED),
                error.tags().stream().map(TagState::outcome).toList());
        assertTrue(Rig.digest(PATH, "kept").isPresent());
        assertTrue(Rig.digest(PATH, "reset").isEmpty());
    }

    @Test
    void lateAnswerIsWaitedFor() throws Exception {
        Publication publication = built("true", "slow");
        faulty.fail(4, "(GET|HEAD|PUT) .*/manifests/", faulty.late(Duration.ofSeconds(2)));
        PublicationResult published = publisher().publish(publication);
        assertEquals(
                published.index().digest().value(), Rig.digest(PATH, "slow").orElseThrow());
        assertTrue(pauses.isEmpty(), "pauses " + pauses);
    }

    @Test
    void refusedAttestationsAreNamedWhenPublishing() throws Exception {
        Publication publication = built("true", "refused");
        faulty.refuseAttestations();
        var error = assertThrows(DockerException.class, () -> publisher().publish(publication));
        assertTrue(error.getMessage().contains("provenance: false"), error.getMessage());
        assertTrue(Rig.digest(PATH, "refused").isEmpty());
    }

    @Test
    void refusedAttestationsAreNamedWhenBuilding() throws Exception {
        faulty.refuseAttestations();
        var error = assertThrows(DockerException.class, () -> built("true", "unbuilt"));
        assertTrue(error.getMessage().contains("provenance: false"), error.getMessage());
        publisher().publish(built("false", "built"));
        assertTrue(Rig.digest(PATH, "built").isPresent());
    }

    @Test
    void manifestThatIsSaidToHaveAGigabyteIsAnErrorAtOnce() {
        faulty.fail(Integer.MAX_VALUE, "(GET|HEAD) .*/manifests/", FaultyRegistry.huge(1L << 30, 1L << 30));
        assertTrue(
                findHuge().startsWith("The registry " + faulty.host() + " answers with a manifest that is too large: "),
                findHuge());
    }

    @Test
    void manifestThatHasAGigabyteIsAnErrorAtOnce() {
        faulty.fail(Integer.MAX_VALUE, "(GET|HEAD) .*/manifests/", FaultyRegistry.huge(1000, 1L << 30));
        assertTrue(
                findHuge()
                        .startsWith(
                                "The registry " + faulty.host() + " answers with something that is not a manifest: "),
                findHuge());
    }

    private String findHuge() {
        ImageReference tag = ImageReference.parseTag(faulty.host() + "/" + PATH + ":huge");
        Registry registry = new Registry(docker, pauses::add, line -> {});
        String error =
                assertThrows(DockerException.class, () -> registry.find(tag)).getMessage();
        assertTrue(pauses.isEmpty(), "pauses " + pauses);
        return error;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nonsense", "[]", "null", "{\"manifests\":7}", "{\"manifests\":[{}]}", "<html>hello</html>"})
    void nonsenseIsAnErrorAndNoTagMoves(String body) throws Exception {
        Publication publication = built("true", "nonsense" + Math.abs(body.hashCode()));
        faulty.fail(
                Integer.MAX_VALUE,
                "(GET|HEAD) .*/manifests/(nonsense|" + Digest.of(body) + ")",
                FaultyRegistry.status(200, body, "Content-Type", "application/vnd.oci.image.index.v1+json"));
        var error = assertThrows(DockerException.class, () -> publisher().publish(publication));
        assertEquals(1, error.getMessage().lines().count(), error.getMessage());
        assertTrue(Rig.digest(PATH, publication.baseTags().get(0).tag()).isEmpty());
    }

    @Test
    void tagThatSomeoneElseMovesAfterwardsIsARemark() throws Exception {
        publisher().publish(built("true", "theirs"));
        Publication publication = built("true", "ours");
        String theirs = Rig.digest(PATH, "theirs").orElseThrow();
        faulty.fail(Integer.MAX_VALUE, "PUT .*/manifests/ours$", (exchange, real) -> {
            String digest =
                    real.get().headers().firstValue("Docker-Content-Digest").orElseThrow();
            Rig.docker(
                    "buildx",
                    "imagetools",
                    "create",
                    "-t",
                    Rig.REGISTRY + "/" + PATH + ":ours",
                    Rig.REGISTRY + "/" + PATH + ":theirs");
            FaultyRegistry.status(201, "", "Docker-Content-Digest", digest).answer(exchange, real);
        });
        PublicationResult published = publisher().publish(publication);
        assertEquals(TagState.Outcome.OVERWRITTEN, published.tags().get(0).outcome());
        assertEquals(
                List.of("WARNING: " + faulty.host() + "/" + PATH
                        + ":ours was published, and then someone else moved it to " + theirs + "."),
                published.remarks().stream().map(Object::toString).toList());
        assertEquals(theirs, Rig.digest(PATH, "ours").orElseThrow());
    }

    @Test
    void tagThatNeverMovesIsAnError() throws Exception {
        publisher().publish(built("true", "stuck"));
        String old = Rig.digest(PATH, "stuck").orElseThrow();
        Publication publication = built("true", "stuck");
        faulty.fail(Integer.MAX_VALUE, "PUT .*/manifests/stuck$", (exchange, real) -> {
            String digest =
                    real.get().headers().firstValue("Docker-Content-Digest").orElseThrow();
            String repository = Rig.REGISTRY + "/" + PATH;
            Rig.docker("buildx", "imagetools", "create", "-t", repository + ":stuck", repository + "@" + old);
            FaultyRegistry.status(201, "", "Docker-Content-Digest", digest).answer(exchange, real);
        });
        var error = assertThrows(PublicationException.class, () -> publisher().publish(publication));
        assertTrue(error.getMessage().contains("but still " + old), error.getMessage());
        // it was accepted, so it may show later
        assertTrue(error.getMessage().contains(":stuck may or may not have moved"), error.getMessage());
        assertEquals(TagState.Outcome.UNKNOWN, error.tags().get(0).outcome());
    }

    @Test
    void immutableTagIsExplained() throws Exception {
        publisher().publish(built("true", "fixed"));
        Publication publication = built("true", "fixed");
        faulty.fail(Integer.MAX_VALUE, "PUT .*/manifests/fixed$", FaultyRegistry.status(400, "{}"));
        var error = assertThrows(PublicationException.class, () -> publisher().publish(publication));
        String tag = faulty.host() + "/" + PATH + ":fixed";
        assertTrue(
                error.getMessage().contains(tag + " existed before, and a registry with immutable"),
                error.getMessage());
        assertTrue(pauses.isEmpty(), "pauses " + pauses);
    }

    @Test
    void immutableTagThatShowsTheSameIsASuccess() throws Exception {
        Publication publication = built("true", "same").immutable(true);
        publisher().publish(publication);
        faulty.fail(Integer.MAX_VALUE, "PUT .*/manifests/", FaultyRegistry.status(400, "{}"));
        publisher().publish(publication);
        faulty.clear();
        String digest = Rig.digest(PATH, "same").orElseThrow();
        Publication other = built("true", "same").immutable(true);
        var error = assertThrows(DockerException.class, () -> publisher().publish(other));
        assertTrue(
                error.getMessage().contains(":same exists already and is immutable: it points at " + digest),
                error.getMessage());
        assertEquals(digest, Rig.digest(PATH, "same").orElseThrow());
    }

    @Test
    void immutableTagThatAppearsWhileImagesAreCopiedDoesNotMove() throws Exception {
        publisher().publish(built("true", "earlier"));
        String earlier = Rig.digest(PATH, "earlier").orElseThrow();
        Publication one = built("true", "raced");
        List<ImageReference> tags =
                List.of(one.baseTags().get(0), ImageReference.parseTag(faulty.host() + "/" + PATH + "-copy:raced"));
        String repository = Rig.REGISTRY + "/" + PATH;
        faulty.fail(1, "PUT .*-copy/manifests/", (exchange, real) -> {
            Rig.docker("buildx", "imagetools", "create", "-t", repository + ":raced", repository + "@" + earlier);
            faulty.late(Duration.ZERO).answer(exchange, real);
        });
        Publication both = Publication.of(one.images(), tags).immutable(true);
        var error = assertThrows(DockerException.class, () -> publisher().publish(both));
        assertTrue(error.getMessage().startsWith("Nothing is published and no tag has moved."), error.getMessage());
        assertTrue(error.getMessage().contains(":raced exists already and is immutable"), error.getMessage());
        assertEquals(earlier, Rig.digest(PATH, "raced").orElseThrow());
        assertTrue(Rig.digest(PATH + "-copy", "raced").isEmpty());
    }

    @Test
    void supersededTagIsLeftAlone() throws Exception {
        publisher().publish(built("true", "newest"));
        String newest = Rig.digest(PATH, "newest").orElseThrow();
        Publication older = built("true", "newest", "older");
        PublicationResult published =
                publisher().publish(older.leaving(Map.of(older.baseTags().get(0), "#42")));
        assertEquals(newest, Rig.digest(PATH, "newest").orElseThrow());
        String digest = published.index().digest().value();
        assertEquals(digest, Rig.digest(PATH, "older").orElseThrow());
        assertEquals(
                List.of(older.baseTags().get(0) + " is left alone: superseded by #42."),
                published.remarks().stream().map(Object::toString).toList());
        Publication oldest = built("true", "newest");
        digest = publisher()
                .publish(oldest.leaving(Map.of(oldest.baseTags().get(0), "#42")))
                .index()
                .digest()
                .value();
        assertEquals(digest, Rig.digest(PATH, digest).orElseThrow(), "the index is there by its digest");
        assertEquals(newest, Rig.digest(PATH, "newest").orElseThrow());
    }

    /** Clients believe what an index says of the platforms of its images. */
    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void imagesThatAreServedInPlaceOfEachOtherAreNotPublished(String provenance) throws Exception {
        String tag = "swapped-" + provenance;
        BuildRequest request = request(provenance, tag);
        List<BuiltImage> images = RigImages.build(request, docker);
        Publication publication = Publication.of(request, images);
        for (int i = 0; i < 2; i++) {
            BuiltImage image = images.get(i);
            String own = image.image().knownDigest().value();
            String other = images.get(1 - i).image().knownDigest().value();
            String answer = image.isAttested()
                    ? Rig.manifest(PATH, image.reference().knownDigest().value())
                            .orElseThrow()
                            .replace(own, other)
                    : Rig.manifest(PATH, other).orElseThrow();
            String type = "application/vnd.oci.image." + (image.isAttested() ? "index" : "manifest") + ".v1+json";
            faulty.fail(
                    Integer.MAX_VALUE,
                    "GET .*/manifests/" + image.reference().digest(),
                    FaultyRegistry.status(200, answer, "Content-Type", type));
        }
        var error = assertThrows(DockerException.class, () -> publisher().publish(publication));
        assertTrue(error.getMessage().startsWith("Nothing is published: for linux/a"), error.getMessage());
        Publication others = Publication.of(publication.images(), request.baseTags());
        error = assertThrows(DockerException.class, () -> publisher().publish(others));
        assertTrue(error.getMessage().contains(" with something else, which has"), error.getMessage());
        assertTrue(Rig.digest(PATH, tag).isEmpty());
        Registry registry = new Registry(docker, pauses::add, line -> {});
        ImageReference image = images.get(0).reference();
        error = assertThrows(DockerException.class, () -> registry.find(image));
        assertTrue(
                error.getMessage().startsWith("The registry answers " + image + " with something else, which has"),
                error.getMessage());
    }

    private Publication built(String provenance, String... tags) throws Exception {
        BuildRequest request = request(provenance, tags);
        List<ImageReference> images = RigImages.build(request, docker).stream()
                .map(BuiltImage::reference)
                .toList();
        return Publication.of(images, request.baseTags());
    }

    private BuildRequest request(String provenance, String... tags) throws Exception {
        String[] references = Stream.of(tags)
                .map(tag -> faulty.host() + "/" + PATH + ":" + tag)
                .toArray(String[]::new);
        return RigImages.request(
                Rig.REMOTE_BUILDER,
                RigImages.options(provenance, tags[0] + System.nanoTime()),
                ArchTags.NONE,
                references);
    }

    private Publisher publisher() {
        pauses.clear();
        return new Publisher(new Registry(docker, pauses::add, line -> {}));
    }
}
