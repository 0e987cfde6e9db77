package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The image index of a publication's images.
 *
 * @param sources the images, by digest
 * @param index the index, byte for byte what buildx will write
 */
record Merge(@NonNull List<ImageReference> sources, @NonNull Manifest index) {

    /**
     * Merges the images without writing a tag.
     *
     * @throws DockerException if an image is missing, two are for one platform, or the index is not what the
     *     publication requires
     */
    @NonNull
    static Merge of(@NonNull Registry registry, @NonNull Concurrently commands, @NonNull Publication publication)
            throws IOException, InterruptedException, DockerException {
        List<ImageReference> sources = pinned(registry, commands, publication);
        Manifest index = combined(registry, commands, sources, publication);
        if (sources.size() > 1 && index.images().size() != index.platforms().size()) {
            sources = DuplicatePlatforms.settle(registry, commands, sources, publication.prefer());
            index = combined(registry, commands, sources, publication);
        }
        check(publication, sources, index);
        return new Merge(sources, index);
    }

    /** Whether a repository holds all the sources. */
    boolean isIn(@NonNull ImageReference tag) {
        return sources.stream().allMatch(source -> source.repository().equals(tag.repository()));
    }

    /** Combines the sources as one of the commands, whose number is bounded for all images together. */
    private static Manifest combined(
            Registry registry, Concurrently commands, List<ImageReference> sources, Publication publication)
            throws IOException, InterruptedException, DockerException {
        return commands.start(List.of(sources), all -> registry.combine(all, all.get(0), publication.annotations()))
                .await()
                .get(0);
    }

    /** Images that were built need not be read: the index is compared with what was built. */
    private static List<ImageReference> pinned(Registry registry, Concurrently commands, Publication publication)
            throws IOException, InterruptedException, DockerException {
        List<ImageReference> images = publication.images().stream()
                .filter(image -> image.digest() == null || publication.built().isEmpty())
                .toList();
        Iterator<Manifest> read = commands.start(images, registry::read).await().iterator();
        Map<ImageReference, Digest> digests = new HashMap<>();
        images.forEach(image -> digests.put(image, read.next().digest()));
        return publication.images().stream()
                .map(image -> image.at(image.digest() == null ? digests.get(image) : image.knownDigest()))
                .distinct()
                .toList();
    }

    private static void check(Publication publication, List<ImageReference> sources, Manifest index)
            throws DockerException {
        Set<Platform> wanted = Set.copyOf(publication.platforms());
        if (!wanted.isEmpty() && !index.platforms().equals(wanted)) {
            throw new DockerException(Sentence.of("Merge.platforms", index.platforms(), publication.platforms()));
        }
        // buildx does not compare what a registry serves under a digest with the digest
        for (Manifest.Child image : index.images()) {
            Digest built = publication.built().get(image.platform());
            if (built != null && !built.equals(image.digest())) {
                throw new DockerException(Sentence.of("Merge.other", image.platform(), image.digest(), built));
            }
        }
        // an index that somebody else made may contain anything
        boolean ours = !wanted.isEmpty() || sources.size() > 1;
        Sentence flaw = index.flaw();
        if (ours && flaw != null) {
            throw new DockerException(Sentence.of("Merge.flaw", flaw));
        }
        if (!index.annotations().keySet().containsAll(publication.annotations().keySet())) {
            throw new DockerException(Sentence.of("Merge.mediaTypes"));
        }
        for (Map.Entry<String, String> annotation : publication.annotations().entrySet()) {
            String value = index.annotations().get(annotation.getKey());
            if (!annotation.getValue().equals(value)) {
                throw new DockerException(
                        Sentence.of("Merge.annotation", annotation.getKey(), value, annotation.getValue()));
            }
        }
    }
}
