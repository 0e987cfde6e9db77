package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Publishes several images in one act, in the rig with the real buildx. */
@NeedsRig
class SeveralPublicationsTest {

    private static final String REPOSITORY = "several-" + System.nanoTime() + "/app";
    private static final String APP = Rig.REGISTRY + "/" + REPOSITORY;

    @Test
    void noTagOfAnyImageMovesBeforeAllCanMove() throws Exception {
        RigDocker docker = new RigDocker();
        BuildRequest app =
                RigImages.request(Rig.REMOTE_BUILDER, RigImages.options("false", "several"), ArchTags.NONE, APP + ":1");
        BuildRequest worker = app.withBaseTags(List.of(ImageReference.parse(APP + ":taken")));
        List<BuiltImage> built = RigImages.build(app, docker);
        Publisher publisher = new Publisher(new Registry(docker, delay -> {}, line -> {}));
        publisher.publish(Publication.of(List.of(built.get(0).reference()), worker.baseTags()));
        Map<String, Publication> both = new LinkedHashMap<>();
        both.put("app", Publication.of(app, built));
        both.put("worker", Publication.of(worker, built).immutable(true));

        DockerException taken = assertThrows(
                DockerException.class, () -> publisher.publish(both, tags -> fail("a tag is about to move")));
        assertTrue(
                taken.getMessage()
                        .startsWith("Nothing is published and no tag has moved. worker: The tag " + worker.pushTag()),
                taken::getMessage);
        both.put("worker", Publication.of(worker, built.subList(0, 1)));
        DockerException incomplete = assertThrows(
                DockerException.class, () -> publisher.publish(both, tags -> fail("a tag is about to move")));
        assertTrue(
                incomplete.getMessage().startsWith("worker: Nothing is published: the images are for [linux/amd64]"),
                incomplete::getMessage);
        assertTrue(Rig.digest(REPOSITORY, "1").isEmpty());

        both.put("worker", Publication.of(worker, built));
        Map<String, PublicationResult> published = publisher.publish(both, tags -> {
            assertEquals(2, tags.size());
            assertTrue(Rig.digest(REPOSITORY, "1").isEmpty());
        });
        assertEquals(List.of("app", "worker"), List.copyOf(published.keySet()));
        for (PublicationResult result : published.values()) {
            assertEquals(
                    result.index().digest().value(),
                    Rig.digest(REPOSITORY, result.tags().get(0).tag().tag()).orElseThrow());
        }
    }
}
