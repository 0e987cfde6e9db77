package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Publishes images under tags, in this order: look up each tag and compute the image index; copy everything to every
 * repository, by digest; move the arch tags and then the base tags; read every tag back. Publishing the same again ends
 * in the same state.
 */
public final class Publisher {

    private final Registry registry;

    /** Something to be done before the first tag moves. */
    @FunctionalInterface
    public interface BeforeMove {

        /**
         * Does it; if it fails, no tag moves.
         *
         * @param tags what each tag points at
         */
        void run(@NonNull List<TagState> tags) throws IOException, InterruptedException, DockerException;
    }

    /** @param registry the registries that hold the images and get the tags */
    public Publisher(@NonNull Registry registry) {
        this.registry = registry;
    }

    /**
     * Publishes.
     *
     * @return what the tags now point at, and what they pointed at before
     * @throws DockerException if two images are for one platform, the platforms are not those wanted, an immutable tag
     *     would have to move or a registry fails; no tag has moved
     * @throws PublicationException if a registry fails later, or a tag still shows the old image
     */
    @NonNull
    public PublicationResult publish(@NonNull Publication publication)
            throws IOException, InterruptedException, DockerException {
        return publish(publication, tags -> {});
    }

    /**
     * Publishes.
     *
     * @param aboutToMove called once, before the first tag moves
     * @return as {@link #publish(Publication)}
     * @throws DockerException as {@link #publish(Publication)}
     */
    @NonNull
    public PublicationResult publish(@NonNull Publication publication, @NonNull BeforeMove aboutToMove)
            throws IOException, InterruptedException, DockerException {
        return publish(Map.of("", publication), aboutToMove).get("");
    }

    /**
     * Publishes several images. No tag moves before all of them are in every repository.
     *
     * @param publications what to publish, by the name of the image; that of a single one may be empty
     * @param aboutToMove called once, before the first tag of any image moves
     * @return the results by the name of the image
     * @throws DockerException as {@link #publish(Publication)}
     */
    @NonNull
    public Map<String, PublicationResult> publish(
            @NonNull Map<String, Publication> publications, @NonNull BeforeMove aboutToMove)
            throws IOException, InterruptedException, DockerException {
        try (Concurrently commands = new Concurrently()) {
            Map<String, PublishAttempt> attempts = new LinkedHashMap<>();
            for (Map.Entry<String, Publication> each : publications.entrySet()) {
                attempts.put(each.getKey(), begin(commands, each.getKey(), each.getValue()));
            }
            beforeMove(attempts, attempt -> {
                attempt.checkImmutable();
                attempt.copy();
            });
            beforeMove(attempts, PublishAttempt::checkStillImmutable);
            List<TagState> before = new ArrayList<>();
            attempts.values().forEach(attempt -> before.addAll(attempt.before()));
            aboutToMove.run(before);
            return moved(attempts);
        }
    }

    @FunctionalInterface
    private interface Action {

        void run(PublishAttempt attempt) throws IOException, InterruptedException, DockerException;
    }

    private static void beforeMove(Map<String, PublishAttempt> attempts, Action action)
            throws IOException, InterruptedException, DockerException {
        for (Map.Entry<String, PublishAttempt> each : attempts.entrySet()) {
            PublishAttempt attempt = each.getValue();
            try {
                action.run(attempt);
            } catch (DockerException e) {
                throw new DockerException(
                        Sentence.of("Publisher.nothing", attempt.message(e).about(each.getKey())), e);
            }
        }
    }

    private PublishAttempt begin(Concurrently commands, String image, Publication publication)
            throws IOException, InterruptedException, DockerException {
        try {
            return PublishAttempt.begin(registry, commands, publication);
        } catch (DockerException e) {
            throw image.isEmpty() ? e : new DockerException(e.sentence().about(image), e);
        }
    }

    private static Map<String, PublicationResult> moved(Map<String, PublishAttempt> attempts)
            throws IOException, InterruptedException, DockerException {
        Map<String, PublicationResult> results = new LinkedHashMap<>();
        String image = "";
        try {
            for (Map.Entry<String, PublishAttempt> each : attempts.entrySet()) {
                image = each.getKey();
                each.getValue().move();
            }
            for (Map.Entry<String, PublishAttempt> each : attempts.entrySet()) {
                image = each.getKey();
                results.put(image, each.getValue().readBack());
            }
            return results;
        } catch (DockerException e) {
            PublishAttempt failed = attempts.get(image);
            List<TagState> now = new ArrayList<>();
            Sentence message = e.sentence();
            for (PublishAttempt attempt : attempts.values()) {
                List<TagState> own = attempt.now();
                now.addAll(own);
                message = attempt == failed ? attempt.moveMessage(e, own).about(image) : message;
            }
            throw new PublicationException(message, e, now);
        }
    }
}
