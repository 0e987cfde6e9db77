package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
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
        Published published = publisher().publish(publication);
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
        Published published = publisher().publish(next);
        assertEquals(
                published.index().digest().value(), Rig.digest(PATH, "late").orElseThrow());
        assertFalse(pauses.isEmpty());
    }

    @Test
    void registryThatStaysBrokenIsAnErrorInTheEnd() throws Exception {
        Publication publication = built("true", "first", "second");
        faulty.fail(Integer.MAX_VALUE, "PUT .*/manifests/second$", FaultyRegistry.status(502, "{}"));
        var error = assertThrows(BuildxException.class, () -> publisher().publish(publication));
        assertEquals(
                List.of(1L, 2L, 4L, 8L),
                pauses.stream().map(Duration::toSeconds).toList());
        assertTrue(
                error.getMessage().startsWith("The registry " + faulty.host() + " does not answer"),
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
        Published published = publisher().publish(publication);
        assertEquals(
                published.index().digest().value(), Rig.digest(PATH, "torn").orElseThrow());
        assertFalse(pauses.isEmpty());
        assertTrue(pauses.size() <= Registry.TRIES, "pauses " + pauses);
    }

    @Test
    void registryThatGoesOnResettingIsAnErrorInTheEnd() throws Exception {
        Publication publication = built("true", "kept", "reset");
        faulty.fail(Integer.MAX_VALUE, "PUT .*/manifests/reset$", faulty.reset());
        var error = assertThrows(BuildxException.class, () -> publisher().publish(publication));
        assertEquals(
                List.of(1L, 2L, 4L, 8L),
                pauses.stream().map(Duration::toSeconds).toList());
        String line = error.getMessage().lines().findFirst().orElseThrow();
        assertTrue(line.startsWith("The registry " + faulty.host() + " does not answer as it should"), line);
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
        Published published = publisher().publish(publication);
        assertEquals(
                published.index().digest().value(), Rig.digest(PATH, "slow").orElseThrow());
        assertTrue(pauses.isEmpty(), "pauses " + pauses);
    }

    @Test
    void refusedAttestationsAreNamedWhenPublishing() throws Exception {
        Publication publication = built("true", "refused");
        faulty.refuseAttestations();
        var error = assertThrows(BuildxException.class, () -> publisher().publish(publication));
        assertTrue(error.getMessage().contains("provenance: false"), error.getMessage());
        assertTrue(Rig.digest(PATH, "refused").isEmpty());
    }

    @Test
    void refusedAttestationsAreNamedWhenBuilding() throws Exception {
        faulty.refuseAttestations();
        var error = assertThrows(BuildxException.class, () -> built("true", "unbuilt"));
        assertTrue(error.getMessage().contains("provenance: false"), error.getMessage());
        publisher().publish(built("false", "built"));
        assertTrue(Rig.digest(PATH, "built").isPresent());
    }

    @Test
    void tagThatShowsSomethingElseIsAnError() throws Exception {
        publisher().publish(built("true", "theirs"));
        Publication publication = built("true", "ours");
        String theirs = Rig.manifest(PATH, "theirs").orElseThrow();
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
        var error = assertThrows(BuildxException.class, () -> publisher().publish(publication));
        assertTrue(error.getMessage().contains("Someone else"), error.getMessage());
        assertEquals(TagState.Outcome.OVERWRITTEN, error.tags().get(0).outcome());
        assertEquals(theirs, Rig.manifest(PATH, "ours").orElseThrow());
    }

    private Publication built(String provenance, String... tags) throws Exception {
        String[] references = Stream.of(tags)
                .map(tag -> faulty.host() + "/" + PATH + ":" + tag)
                .toArray(String[]::new);
        BuildRequest request = RigImages.request(
                Rig.REMOTE_BUILDER,
                RigImages.options(provenance, tags[0] + System.nanoTime()),
                ArchTags.NONE,
                references);
        List<ImageReference> images = RigImages.build(request, docker).stream()
                .map(BuiltImage::reference)
                .toList();
        return Publication.of(images, request.baseTags());
    }

    private Publisher publisher() {
        pauses.clear();
        return new Publisher(new Registry(docker, pauses::add, line -> {}));
    }
}
