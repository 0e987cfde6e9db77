package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import io.jenkins.plugins.multiarchbuild.rig.TokenRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Publishes with a login that expires after a part of its requests, and then again with a new one. */
@NeedsRig
class ExpiredLoginTest {

    /** At how many moments of publishing the login expires. */
    private static final int PARTS = 5;

    @Test
    void publishingAgainWithANewLoginEndsWell() throws Exception {
        RigDocker rig = new RigDocker();
        BuildRequest request = RigImages.request(
                Rig.REMOTE_BUILDER,
                RigImages.options("true", "expired"),
                ArchTags.NONE,
                Rig.REGISTRY + "/expired-" + System.nanoTime() + "/app:1");
        List<BuiltImage> built = RigImages.build(request, rig);
        Set<String> ends = new TreeSet<>();
        try (TokenRegistry registry = new TokenRegistry()) {
            Publisher publisher = new Publisher(new Registry(new RigDocker(registry), delay -> {}, line -> {}));
            publisher.publish(publication(registry.address() + "/team/whole", request, built));
            int whole = registry.grants().size();
            for (int part = 0; part < PARTS; part++) {
                String repository = "team/app" + part;
                Publication publication = publication(registry.address() + "/" + repository, request, built);
                registry.refuseAfter(whole * part / PARTS);
                ends.add(publish(publisher, publication, registry.address()));

                registry.refuseAfter(Integer.MAX_VALUE);
                PublicationResult result = publisher.publish(publication);
                for (TagState state : result.tags()) {
                    assertEquals(TagState.Outcome.PUBLISHED, state.outcome());
                    assertEquals(
                            state.now().value(),
                            registry.digest(repository, state.tag().tag()).orElseThrow());
                }
            }
        }
        assertTrue(ends.containsAll(Set.of("nothing has moved", "some tags may have moved")), "" + ends);
    }

    private static String publish(Publisher publisher, Publication publication, String registry) throws Exception {
        try {
            publisher.publish(publication);
            return "published";
        } catch (DockerException e) {
            assertTrue(e.isLoginRefused(), e.getMessage());
            assertEquals(registry, e.refusedRegistry(), e.getMessage());
            return e instanceof PublicationException ? "some tags may have moved" : "nothing has moved";
        }
    }

    private static Publication publication(String repository, BuildRequest request, List<BuiltImage> built) {
        Map<ImageReference, ImageReference> archTags = new LinkedHashMap<>();
        built.forEach(image -> archTags.put(
                ImageReference.parseTag(repository + ":1-" + image.platform().tagSuffix()), image.reference()));
        return new Publication(
                built.stream().map(BuiltImage::reference).toList(),
                List.of(ImageReference.parseTag(repository + ":1")),
                archTags,
                request.platforms(),
                Map.of(),
                DuplicateChoice.NEITHER,
                Map.of(),
                Map.of(),
                false,
                Map.of());
    }
}
