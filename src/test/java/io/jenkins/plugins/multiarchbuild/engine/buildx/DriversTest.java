package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages.children;
import static io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages.index;
import static io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages.platforms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publication;
import io.jenkins.plugins.multiarchbuild.engine.registry.PublicationResult;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publisher;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import io.jenkins.plugins.multiarchbuild.rig.Attestations;
import io.jenkins.plugins.multiarchbuild.rig.ClassicEngine;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Builds and publishes with a real builder of each driver that there is; what came of it is read over plain HTTP. */
@NeedsRig
class DriversTest {

    private static final String TEAM = "drivers-" + System.nanoTime();
    private static final String APP = Rig.REGISTRY + "/" + TEAM + "/app";

    private static ClassicEngine classic;

    /** A kind of builder: its name, what buildx calls its driver, and how it is to push. */
    private enum Kind {
        CONTAINERD_STORE(Rig.DOCKER_BUILDER, "docker", PushStrategy.ARCH_TAGS),
        CLASSIC_STORE("default", "docker", PushStrategy.ARCH_TAGS),
        REMOTE(Rig.REMOTE_BUILDER, "remote", PushStrategy.BY_DIGEST),
        CONTAINER(System.getenv("RIG_BUILDER_CONTAINER"), "docker-container", PushStrategy.BY_DIGEST);

        private final String builder;
        private final String driver;
        private final PushStrategy strategy;

        Kind(String builder, String driver, PushStrategy strategy) {
            this.builder = builder;
            this.driver = driver;
            this.strategy = strategy;
        }

        RigDocker docker() throws Exception {
            assumeTrue(builder != null, "no BuildKit image: RIG_BUILDER_CONTAINER names no builder");
            return this == CLASSIC_STORE
                    ? new RigDocker().with(Map.of("DOCKER_HOST", classic.host()))
                    : new RigDocker();
        }

        BuildRequest request(BuildOptions options, ArchTags archTags, String... baseTags) throws Exception {
            return RigImages.request(builder, options, archTags, baseTags);
        }
    }

    @BeforeAll
    static void startClassicEngine() throws Exception {
        classic = new ClassicEngine();
    }

    @AfterAll
    static void stopClassicEngine() throws Exception {
        classic.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyDriverPublishesWhatItBuilt(Kind kind) throws Exception {
        RigDocker docker = kind.docker();
        String tag = kind.name();
        BuildRequest request = kind.request(
                RigImages.options(null, tag),
                ArchTags.parse("uname"),
                APP + ":" + tag,
                APP + ":" + tag + "-latest",
                Rig.REGISTRY + "/" + TEAM + "/copy:" + tag);
        Builder builder = check(docker, request);
        assertEquals(kind.driver, builder.driver());
        assertEquals(kind == Kind.CLASSIC_STORE, builder.classicStore());
        assertEquals(kind.strategy, PushStrategy.forDriver(builder.driver()));

        List<BuiltImage> built = RigImages.build(request, docker);
        for (ImageReference baseTag : request.baseTags()) {
            assertTrue(Rig.digest(baseTag.path(), baseTag.tag()).isEmpty(), baseTag + " before all is built");
        }
        for (BuiltImage image : built) {
            String digest = image.reference().digest().value();
            assertEquals(digest, Rig.digest(TEAM + "/app", digest).orElseThrow());
            ImageReference archTag = request.archTags().tag(request.pushTag(), image.platform());
            assertEquals(
                    kind.strategy == PushStrategy.ARCH_TAGS ? digest : "none",
                    Rig.digest(TEAM + "/app", archTag.tag()).orElse("none"));
        }

        PublicationResult published = publish(docker, Publication.of(request, built));
        boolean old = !docker.run(List.of("buildx", "imagetools", "create", "--help"))
                .stdout()
                .contains("--prefer-index");
        for (ImageReference baseTag : request.baseTags()) {
            JsonNode index = index(baseTag.path(), baseTag.tag());
            assertEquals(2, index.path("manifests").size() - platforms(index).get("unknown/unknown"), index.toString());
            assertEquals(
                    published.index().digest().value(),
                    Rig.digest(baseTag.path(), baseTag.tag()).orElseThrow());
            for (BuiltImage image : built) {
                String digest = image.reference().digest().value();
                String manifest = Rig.manifest(TEAM + "/app", digest).orElseThrow();
                List<String> parts = children(new ObjectMapper().readTree(manifest));
                assertTrue(children(index).containsAll(parts.isEmpty() ? List.of(digest) : parts), index.toString());
                ImageReference archTag = request.archTags().tag(baseTag, image.platform());
                String shown = Rig.digest(archTag.path(), archTag.tag()).orElseThrow();
                // the best that buildx before 0.15 can do with a single image is an index around it
                boolean around =
                        old && children(index(archTag.path(), archTag.tag())).equals(List.of(digest));
                assertTrue(shown.equals(digest) || around, archTag + " is " + shown + " and not " + digest);
            }
        }
        assertEquals("aarch64", Rig.run("linux/arm64", APP + ":" + tag));
        assertEquals("x86_64", Rig.run("linux/amd64", APP + ":" + tag));
    }

    @ParameterizedTest
    @EnumSource
    void imagesOfEveryDriverCanBePublishedLater(Kind kind) throws Exception {
        RigDocker docker = kind.docker();
        String tag = "later-" + kind;
        BuildRequest request = kind.request(RigImages.options("false", tag), ArchTags.NONE, APP + ":" + tag);
        List<ImageReference> references = RigImages.build(request, docker).stream()
                .map(BuiltImage::reference)
                .toList();
        assertTrue(Rig.digest(TEAM + "/app", tag).isEmpty());
        ImageReference release = ImageReference.parseTag(Rig.REGISTRY + "/" + TEAM + "/release:" + tag);
        publish(new RigDocker(), Publication.of(references, List.of(release)));
        JsonNode index = index(TEAM + "/release", tag);
        assertEquals(
                references.stream()
                        .map(ImageReference::digest)
                        .map(Digest::value)
                        .sorted()
                        .toList(),
                children(index));
        assertEquals(Map.of("linux/amd64", 1, "linux/arm64", 1, "unknown/unknown", 0), platforms(index));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CLASSIC_STORE")
    void attestationsAndAnnotationsAreThere(Kind kind) throws Exception {
        RigDocker docker = kind.docker();
        String tag = "attested-" + kind;
        BuildOptions options = RigImages.builder("mode=max", tag)
                .sbom(Attestations.pushScanner())
                .annotations(Map.of("org.example", kind.name()))
                .build();
        BuildRequest request = kind.request(options, ArchTags.NONE, APP + ":" + tag);
        check(docker, request);
        PublicationResult published = publish(docker, Publication.of(request, RigImages.build(request, docker)));
        JsonNode index = index(TEAM + "/app", tag);
        assertEquals(Map.of("linux/amd64", 1, "linux/arm64", 1, "unknown/unknown", 2), platforms(index));
        assertEquals(kind.name(), index.path("annotations").path("org.example").asText());
        Attestations.assertOnBothPlatforms(APP + ":" + tag);

        ImageReference release = ImageReference.parseTag(Rig.REGISTRY + "/" + TEAM + "/promoted:" + tag);
        publish(
                new RigDocker(),
                Publication.of(List.of(request.pushTag().at(published.index().digest())), List.of(release)));
        Attestations.assertOnBothPlatforms(release.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "true, , '', provenance",
        "mode=max, true, '', provenance and sbom",
        "false, generator=r.example/scanner, '', sbom",
        "false, false, a, annotations",
    })
    void classicStoreIsToldFromTheOtherBeforeTheBuild(String provenance, String sbom, String annotation, String named)
            throws Exception {
        BuildOptions options = RigImages.builder(provenance, "refused")
                .sbom(sbom)
                .annotations(annotation.isEmpty() ? Map.of() : Map.of(annotation, "b"))
                .build();
        BuildRequest request = Kind.CLASSIC_STORE.request(options, ArchTags.NONE, APP + ":refused");
        var error = assertThrows(DockerException.class, () -> check(Kind.CLASSIC_STORE.docker(), request));
        assertEquals(
                "The builder 'default' (driver docker, without the containerd image store) cannot do " + named
                        + ". Leave that out (provenance: false, sbom: false, no annotations), name another builder with the parameter builder ('docker buildx create"
                        + " --driver docker-container' on the agent makes one), or turn on the containerd image store"
                        + " of the agent's engine.",
                error.getMessage());
    }

    @Test
    void buildxItselfSaysNoToAttestationsOfTheClassicStore() throws Exception {
        BuildRequest request =
                Kind.CLASSIC_STORE.request(RigImages.options("true", "not checked"), ArchTags.NONE, APP + ":unchecked");
        var error = assertThrows(DockerException.class, () -> RigImages.build(request, Kind.CLASSIC_STORE.docker()));
        assertTrue(
                error.getMessage().contains("Set provenance: false and sbom: false, name another builder"), "" + error);
    }

    @Test
    void imagesOfTheClassicStoreHaveNoAnnotationsToo() throws Exception {
        RigDocker docker = Kind.CLASSIC_STORE.docker();
        BuildOptions options = RigImages.builder(null, "annotated")
                .annotations(Map.of("a", "b"))
                .build();
        BuildRequest request = Kind.CLASSIC_STORE.request(options, ArchTags.NONE, APP + ":annotated");
        List<BuiltImage> built = RigImages.build(request, docker);
        var error = assertThrows(DockerException.class, () -> publish(docker, Publication.of(request, built)));
        assertTrue(error.getMessage().contains("engine without the containerd image store"), error.getMessage());
        assertTrue(Rig.digest(TEAM + "/app", "annotated").isEmpty());
    }

    @Test
    void imagesOfTwoDriversMakeOneIndex() throws Exception {
        BuildOptions options = RigImages.options(null, "mixed");
        BuildRequest request = Kind.CLASSIC_STORE.request(options, ArchTags.NONE, APP + ":mixed");
        BuildRequest same = Kind.REMOTE.request(options, ArchTags.NONE, APP + ":mixed");
        List<BuiltImage> built = List.of(
                RigImages.build(request, Kind.CLASSIC_STORE.docker()).get(0),
                RigImages.build(same, Kind.REMOTE.docker()).get(1));
        publish(new RigDocker(), Publication.of(request, built));
        assertEquals(
                Map.of("linux/amd64", 1, "linux/arm64", 1, "unknown/unknown", 1),
                platforms(index(TEAM + "/app", "mixed")));
        assertEquals("aarch64", Rig.run("linux/arm64", APP + ":mixed"));
        assertEquals("x86_64", Rig.run("linux/amd64", APP + ":mixed"));
    }

    private static Builder check(RigDocker docker, BuildRequest request) throws Exception {
        return Preflight.check(
                docker, registry(docker), BakeTargets.of(request), new BuildGroup(null, request.platforms()));
    }

    private static PublicationResult publish(RigDocker docker, Publication publication) throws Exception {
        return new Publisher(registry(docker)).publish(publication);
    }

    private static Registry registry(RigDocker docker) {
        return new Registry(docker, delay -> {}, line -> {});
    }
}
