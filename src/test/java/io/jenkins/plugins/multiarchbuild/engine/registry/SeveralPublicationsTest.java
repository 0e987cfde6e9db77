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
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Publishes several images in one act, in the rig with the real buildx. */
@NeedsRig
class SeveralPublicationsTest {

    private static final String REPOSITORY = "several-" + System.nanoTime() + "/app";
    private static final String APP = Rig.REGISTRY + "/" + REPOSITORY;

    @Test
    void imagesArePublishedAtTheSameTime() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<String> lookedUp = new CopyOnWriteArrayList<>();
        RigDocker docker = new RigDocker();
        Docker counted = arguments -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            if (arguments.contains("inspect")) {
                lookedUp.add(arguments.get(arguments.size() - 1));
            }
            try {
                return docker.run(arguments);
            } finally {
                running.decrementAndGet();
            }
        };
        Map<String, Publication> all = images(docker, 6, "side");
        Map<String, PublicationResult> published = new Publisher(new Registry(counted, delay -> {}, line -> {}))
                .publish(all, tags -> {
                    assertEquals(
                            all.values().stream()
                                    .flatMap(image -> image.baseTags().stream())
                                    .toList(),
                            tags.stream().map(TagState::tag).toList());
                    assertEquals(0, running.get());
                });
        assertEquals(List.copyOf(all.keySet()), List.copyOf(published.keySet()));
        assertEquals(4, most.get(), "some at a time, and not more");
        for (Map.Entry<String, Publication> each : all.entrySet()) {
            PublicationResult result = published.get(each.getKey());
            for (ImageReference tag : each.getValue().baseTags()) {
                assertEquals(
                        result.index().digest().value(),
                        Rig.digest(tag.path(), tag.tag()).orElseThrow());
                assertEquals(2, Collections.frequency(lookedUp, tag.toString()), "before and after");
            }
        }
    }

    /** The first one is slow, and another one fails before it. */
    @Test
    void theErrorIsThatOfTheFirstImageThatFails() throws Exception {
        RigDocker docker = new RigDocker();
        Map<String, Publication> all = images(docker, 3, "first");
        CountDownLatch otherFailed = new CountDownLatch(1);
        Docker failing = arguments -> {
            if (!isMove(arguments)) {
                return docker.run(arguments);
            }
            // may never begin, if image1 fails first
            if (arguments.toString().contains("image2:")) {
                return docker.run(arguments);
            }
            if (arguments.toString().contains("image1:")) {
                otherFailed.countDown();
            } else {
                otherFailed.await();
            }
            return new Docker.Output(1, "", "ERROR: disk of the registry is full");
        };
        Publisher publisher = new Publisher(new Registry(failing, delay -> {}, line -> {}));
        PublicationException failed =
                assertThrows(PublicationException.class, () -> publisher.publish(all, tags -> {}));

        assertTrue(failed.getMessage().startsWith("image0: "), failed::getMessage);
        assertEquals(
                all.values().stream()
                        .flatMap(image -> image.baseTags().stream())
                        .toList(),
                failed.tags().stream().map(TagState::tag).toList());
    }

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

    /** Whoever is interrupted has no command running any more. */
    @Test
    void interruptionEndsTheCommandsOfAllImages() throws Exception {
        RigDocker docker = new RigDocker();
        Map<String, Publication> all = images(docker, 3, "stop");
        CountDownLatch moving = new CountDownLatch(4);
        AtomicInteger ended = new AtomicInteger();
        Docker stuck = arguments -> {
            if (!isMove(arguments)) {
                return docker.run(arguments);
            }
            moving.countDown();
            try {
                new CountDownLatch(1).await();
                throw new AssertionError();
            } finally {
                ended.incrementAndGet();
            }
        };
        Publisher publisher = new Publisher(new Registry(stuck, delay -> {}, line -> {}));
        Thread publishing = Thread.currentThread();
        Thread stop = new Thread(() -> {
            try {
                moving.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            publishing.interrupt();
        });
        stop.start();

        assertThrows(InterruptedException.class, () -> publisher.publish(all, tags -> {}));

        assertEquals(4, ended.get());
    }

    private static boolean isMove(List<String> arguments) {
        int tag = arguments.indexOf("--tag");
        return tag >= 0
                && !arguments.contains("--dry-run")
                && !arguments.get(tag + 1).contains("@");
    }

    /** Images that are in one repository each, to be published there and in another one. */
    private static Map<String, Publication> images(RigDocker docker, int count, String name) throws Exception {
        String team = APP.replace("/app", "-" + name);
        BuildRequest request = RigImages.request(
                Rig.REMOTE_BUILDER, RigImages.options("false", name), ArchTags.NONE, APP + ":" + name);
        List<ImageReference> built = RigImages.build(request, docker).stream()
                .map(BuiltImage::reference)
                .toList();
        Registry registry = new Registry(docker, delay -> {}, line -> {});
        Map<String, Publication> all = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String image = "image" + i;
            List<ImageReference> own =
                    BuildRequest.parseBaseTags(List.of(team + "/" + image + ":1.0", team + "/other-" + image + ":1.0"));
            List<ImageReference> there = new ArrayList<>();
            for (ImageReference each : built) {
                ImageReference copy = own.get(0).at(each.knownDigest());
                registry.tag(each, List.of(copy));
                there.add(copy);
            }
            all.put(image, Publication.of(there, own));
        }
        return all;
    }
}
