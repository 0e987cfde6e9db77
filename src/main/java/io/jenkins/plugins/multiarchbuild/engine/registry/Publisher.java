package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.List;

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
        try (Concurrently commands = new Concurrently()) {
            PublishAttempt attempt = PublishAttempt.begin(registry, commands, publication);
            try {
                attempt.checkImmutable();
                attempt.copy();
            } catch (DockerException e) {
                throw new DockerException(Sentence.of("Publisher.nothing", attempt.message(e)), e);
            }
            aboutToMove.run(attempt.before());
            try {
                attempt.move();
                return attempt.readBack();
            } catch (DockerException e) {
                List<TagState> now = attempt.now();
                throw new PublicationException(attempt.moveMessage(e, now), e, now);
            }
        }
    }
}
