package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.IOException;
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
     * Publishes several images at the same time. No tag moves before all of them are in every repository.
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
        // two, since a thread of an image only waits for commands: there are never more of these at once than one
        // allows
        try (Concurrently commands = new Concurrently();
                Concurrently images = new Concurrently()) {
            List<PublishAttempt> attempts = images.start(
                            publications.entrySet(),
                            each -> PublishAttempt.begin(registry, commands, each.getKey(), each.getValue()))
                    .await();
            for (PublishAttempt attempt : attempts) {
                attempt.checkImmutable();
            }
            images.forEach(attempts, PublishAttempt::copy);
            images.forEach(attempts, PublishAttempt::checkStillImmutable);
            aboutToMove.run(states(attempts.stream().map(PublishAttempt::before).toList()));
            try {
                images.forEach(attempts, PublishAttempt::move);
                List<PublicationResult> published =
                        images.start(attempts, PublishAttempt::readBack).await();
                Map<String, PublicationResult> results = new LinkedHashMap<>();
                for (int i = 0; i < published.size(); i++) {
                    results.put(attempts.get(i).image(), published.get(i));
                }
                return results;
            } catch (DockerException e) {
                throw new PublicationException(
                        e.sentence(),
                        e,
                        states(images.start(attempts, PublishAttempt::now).await()));
            }
        }
    }

    private static List<TagState> states(List<List<TagState>> ofImages) {
        return ofImages.stream().flatMap(List::stream).toList();
    }
}
