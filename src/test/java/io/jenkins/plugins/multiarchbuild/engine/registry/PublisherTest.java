package io.jenkins.plugins.multiarchbuild.engine.registry;

import static io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages.assertReadAlike;
import static io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages.children;
import static io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages.index;
import static io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages.platforms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import io.jenkins.plugins.multiarchbuild.rig.SecondRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishes in the rig with the real buildx; what came of it is read over plain HTTP. */
@NeedsRig
class PublisherTest {

    private static final String TEAM = "publisher-" + System.nanoTime();
    private static final String APP = Rig.REGISTRY + "/" + TEAM + "/app";

    @ParameterizedTest
    @CsvSource({"true, 2", "false, 0"})
    void everyTagIsTheIndexOfWhatWasBuilt(String provenance, int attestations) throws Exception {
        String one = APP + ":one-" + provenance;
        String two = APP + ":two-" + provenance;
        RigDocker docker = new RigDocker();
        BuildRequest request = request(provenance, "every" + provenance, ArchTags.NONE, one, two);
        List<BuiltImage> built = RigImages.build(request, docker);
        PublicationResult published = publish(docker, Publication.of(request, built));
        assertEquals(
                2 + 2 + 2, docker.commands().size(), "each tag before and after, one look at the index, one write");
        for (TagState state : published.tags()) {
            assertEquals(TagState.Outcome.PUBLISHED, state.outcome());
            assertEquals(null, state.before());
            String tag = state.tag().tag();
            assertEquals(digest(published), Rig.digest(TEAM + "/app", tag).orElseThrow());
            JsonNode index = index(TEAM + "/app", tag);
            assertEquals(Map.of("linux/amd64", 1, "linux/arm64", 1, "unknown/unknown", attestations), platforms(index));
            assertReadAlike(state.tag());
            if (attestations == 0) {
                assertEquals(
                        built.stream()
                                .map(image -> image.reference().digest().value())
                                .sorted()
                                .toList(),
                        children(index));
            }
        }
        PublicationResult again = publish(docker, Publication.of(request, built));
        assertEquals(published.index(), again.index());
        assertEquals(published.index().digest(), again.tags().get(0).before());
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void oneCallGoesToRepositoriesAndRegistries(String provenance) throws Exception {
        try (SecondRegistry second = new SecondRegistry()) {
            RigDocker docker = new RigDocker(second.host());
            BuildRequest request = request(
                    provenance,
                    "many" + provenance,
                    ArchTags.parse("uname"),
                    APP + ":many",
                    APP + ":many-latest",
                    Rig.REGISTRY + "/" + TEAM + "/nested/deeper/app:many",
                    second.host() + "/other/app:many",
                    second.host() + "/other/app:many-latest");
            List<BuiltImage> built = RigImages.build(request, docker);
            PublicationResult published = publish(docker, Publication.of(request, built));
            assertEquals(5 + 10, published.tags().size());
            boolean old = !docker.run(List.of("buildx", "imagetools", "create", "--help"))
                    .stdout()
                    .contains("--prefer-index");
            for (ImageReference tag : request.baseTags()) {
                assertEquals(
                        digest(published),
                        Rig.digest(tag.registry(), tag.path(), tag.tag()).orElseThrow());
                for (BuiltImage image : built) {
                    ImageReference archTag = request.archTags().tag(tag, image.platform());
                    String shown = Rig.digest(archTag.registry(), archTag.path(), archTag.tag())
                            .orElseThrow();
                    boolean exact = shown.equals(image.reference().digest().value());
                    assertTrue(exact || (old && isAround(archTag, image)), archTag + " is " + shown);
                }
            }
        }
    }

    @Test
    void copyToAnotherRegistryShowsNoTagBeforeItIsWhole() throws Exception {
        try (SecondRegistry second = new SecondRegistry()) {
            RigDocker docker = new RigDocker(second.host());
            BuildRequest request = request("true", "whole", ArchTags.NONE, APP + ":whole");
            List<BuiltImage> built = RigImages.build(request, docker);
            List<ImageReference> images =
                    built.stream().map(BuiltImage::reference).toList();
            ImageReference tag = ImageReference.parseTag(second.host() + "/whole/app:1");
            publish(docker, Publication.of(images, List.of(tag)));
            for (List<String> command : docker.commands()) {
                boolean copies = command.toString().contains(APP);
                assertTrue(!copies || !command.contains(tag.toString()), "copied to a tag: " + command);
            }
        }
    }

    @Test
    void annotationsStandOnTheIndex() throws Exception {
        RigDocker docker = new RigDocker();
        Map<String, String> annotations = new TreeMap<>(Map.of(
                "org.opencontainers.image.version", "1.0=rc,1 \"quoted\" $x ${y} é",
                "org.opencontainers.image.revision", "abc"));
        BuildRequest request = RigImages.request(
                Rig.REMOTE_BUILDER,
                RigImages.builder("false", "annotated").annotations(annotations).build(),
                ArchTags.NONE,
                APP + ":annotated");
        publish(docker, Publication.of(request, RigImages.build(request, docker)));
        JsonNode index = index(TEAM + "/app", "annotated");
        Map<String, String> read = new TreeMap<>();
        index.path("annotations")
                .properties()
                .forEach(entry -> read.put(entry.getKey(), entry.getValue().asText()));
        assertEquals(annotations, read);
        assertEquals(
                "application/vnd.oci.image.index.v1+json",
                index.path("mediaType").asText());
    }

    @Test
    void annotationThatJavaGarbledIsNotPublished() throws Exception {
        RigDocker docker = new RigDocker();
        BuildRequest request = RigImages.request(
                Rig.REMOTE_BUILDER,
                RigImages.builder("false", "garbled")
                        .annotations(Map.of("org.example", "é"))
                        .build(),
                ArchTags.NONE,
                APP + ":garbled");
        Publication publication = Publication.of(request, RigImages.build(request, docker));
        // as Java does it in a POSIX locale
        Docker posix = arguments -> docker.run(arguments.stream()
                .map(argument -> argument.replaceAll("[^\\x00-\\x7f]", "?"))
                .toList());
        Publisher publisher = new Publisher(new Registry(posix, delay -> {}, line -> {}));
        var error = assertThrows(DockerException.class, () -> publisher.publish(publication));
        assertTrue(
                error.getMessage().startsWith("Nothing is published: the annotation 'org.example' would be '?'"),
                error.getMessage());
        assertTrue(Rig.digest(TEAM + "/app", "garbled").isEmpty());
    }

    @Test
    void annotationsOfDockersOwnMediaTypesAreRefused() throws Exception {
        RigDocker docker = new RigDocker();
        BuildRequest request = request("false", "docker types", ArchTags.NONE, APP + ":types");
        Publication publication =
                Publication.of(request, RigImages.build(request, docker)).withAnnotations(Map.of("a", "b"));
        var error = assertThrows(DockerException.class, () -> publish(docker, publication));
        assertTrue(error.getMessage().contains("oci-mediatypes=true"), error.getMessage());
        assertTrue(Rig.digest(TEAM + "/app", "types").isEmpty());
    }

    @Test
    void provenanceSurvivesTheMerge() throws Exception {
        RigDocker docker = new RigDocker();
        BuildRequest request = request("mode=max", "provenance", ArchTags.NONE, APP + ":provenance");
        publish(docker, Publication.of(request, RigImages.build(request, docker)));
        String provenance = docker.run(List.of(
                        "buildx", "imagetools", "inspect", APP + ":provenance", "--format", "{{json .Provenance}}"))
                .stdout();
        JsonNode root = new ObjectMapper().readTree(provenance);
        assertTrue(root.path("linux/amd64").has("SLSA"), provenance);
        assertTrue(root.path("linux/arm64").has("SLSA"), provenance);
    }

    @ParameterizedTest
    @CsvSource({"FIRST, old", "LAST, new"})
    void callerSaysWhichOfTwoImagesIsTaken(DuplicateChoice prefer, String winner) throws Exception {
        RigDocker docker = new RigDocker();
        BuildRequest old = request("true", "old" + prefer, ArchTags.NONE, APP + ":old-" + prefer);
        PublicationResult oldPublished = publish(docker, Publication.of(old, RigImages.build(old, docker)));
        BuildRequest fresh = request("true", "new" + prefer, ArchTags.NONE, APP + ":new-" + prefer);
        BuiltImage arm = RigImages.build(fresh, docker).get(1);
        assertEquals(Platform.parse("arm64"), arm.platform());
        Publication both = Publication.of(
                List.of(old.pushTag(), arm.reference()), List.of(ImageReference.parseTag(APP + ":both-" + prefer)));
        var error = assertThrows(DockerException.class, () -> publish(docker, both));
        assertTrue(error.getMessage().contains("two images are for linux/arm64"), error.getMessage());
        assertTrue(Rig.digest(TEAM + "/app", "both-" + prefer).isEmpty());

        publish(docker, both.preferring(prefer));
        JsonNode index = index(TEAM + "/app", "both-" + prefer);
        assertEquals(Map.of("linux/amd64", 1, "linux/arm64", 1, "unknown/unknown", 2), platforms(index));
        List<String> armChildren = children(new ObjectMapper()
                .readTree(Rig.manifest(TEAM + "/app", arm.reference().digest().value())
                        .orElseThrow()));
        assertEquals(winner.equals("new"), children(index).containsAll(armChildren));
        assertEquals(winner.equals("old"), children(index).equals(children(index(TEAM + "/app", "old-" + prefer))));
        assertEquals(2, oldPublished.index().platforms().size());
    }

    @Test
    void imagesForOtherPlatformsAreRefused() throws Exception {
        RigDocker docker = new RigDocker();
        BuildRequest request = request("true", "other", ArchTags.NONE, APP + ":other");
        List<BuiltImage> built = RigImages.build(request, docker);
        List<ImageReference> one = List.of(built.get(0).reference());
        var error = assertThrows(
                DockerException.class,
                () -> publish(
                        docker,
                        new Publication(
                                one,
                                request.baseTags(),
                                Map.of(),
                                request.platforms(),
                                Map.of(),
                                DuplicateChoice.NEITHER,
                                Map.of(),
                                Map.of(),
                                false,
                                Map.of())));
        assertTrue(error.getMessage().startsWith("Nothing is published"), error.getMessage());
        assertTrue(Rig.digest(TEAM + "/app", "other").isEmpty());
    }

    @Test
    void ofTwoAtTheSameTimeOneIsPublishedWhole() throws Exception {
        List<Publication> publications = new ArrayList<>();
        for (String side : List.of("left", "right")) {
            BuildRequest request = request("true", side, ArchTags.NONE, APP + ":race");
            publications.add(Publication.of(request, RigImages.build(request, new RigDocker())));
        }
        var threads = Executors.newFixedThreadPool(2);
        for (int round = 0; round < 5; round++) {
            List<Callable<String>> tasks = new ArrayList<>();
            publications.forEach(publication -> tasks.add(() -> {
                try {
                    return digest(publish(new RigDocker(), publication));
                } catch (DockerException e) {
                    assertTrue(e.getMessage().contains("Someone else"), e.getMessage());
                    return "lost";
                }
            }));
            List<String> ends = new ArrayList<>();
            for (Future<String> end : threads.invokeAll(tasks)) {
                ends.add(end.get());
            }
            String shown = Rig.digest(TEAM + "/app", "race").orElseThrow();
            assertTrue(ends.contains(shown), shown + " is none of " + ends);
            assertEquals(
                    Map.of("linux/amd64", 1, "linux/arm64", 1, "unknown/unknown", 2),
                    platforms(index(TEAM + "/app", "race")));
        }
        threads.shutdown();
    }

    @Test
    void driverThatCannotPushByDigestComesToTheSame() throws Exception {
        RigDocker docker = new RigDocker();
        BuildRequest request = RigImages.request(
                Rig.DOCKER_BUILDER,
                RigImages.options("true", "driver"),
                ArchTags.parse("true"),
                APP + ":driver",
                Rig.REGISTRY + "/" + TEAM + "/copy:driver");
        List<BuiltImage> built = RigImages.build(request, docker);
        assertTrue(Rig.digest(TEAM + "/app", "driver").isEmpty());
        publish(docker, Publication.of(request, built));
        assertEquals(
                Map.of("linux/amd64", 1, "linux/arm64", 1, "unknown/unknown", 2),
                platforms(index(TEAM + "/app", "driver")));
        assertReadAlike(request.pushTag());
        assertReadAlike(request.pushTag().withTagSuffix("arm64"));
        for (String repository : List.of("/app", "/copy")) {
            assertEquals(
                    built.get(1).reference().digest().value(),
                    Rig.digest(TEAM + repository, "driver-arm64").orElseThrow());
        }
    }

    private static BuildRequest request(String provenance, String label, ArchTags archTags, String... tags)
            throws Exception {
        return RigImages.request(Rig.REMOTE_BUILDER, RigImages.options(provenance, label), archTags, tags);
    }

    private static Registry registry(RigDocker docker) {
        return new Registry(docker, delay -> {}, line -> {});
    }

    private static PublicationResult publish(RigDocker docker, Publication publication) throws Exception {
        return new Publisher(registry(docker)).publish(publication);
    }

    private static String digest(PublicationResult published) {
        return published.index().digest().value();
    }

    private static boolean isAround(ImageReference tag, BuiltImage image) throws Exception {
        JsonNode index = new ObjectMapper()
                .readTree(Rig.manifest(tag.registry(), tag.path(), tag.tag()).orElseThrow());
        return children(index).equals(List.of(image.reference().digest().value()));
    }
}
