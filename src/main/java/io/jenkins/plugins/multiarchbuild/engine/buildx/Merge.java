package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * The image index that a publication's images make.
 *
 * @param sources the images, by digest
 * @param index the index, byte for byte what buildx will write
 */
record Merge(@NonNull List<ImageReference> sources, @NonNull ImageIndex index) {

    /**
     * Merges without writing a tag.
     *
     * @throws BuildxException if an image is not there, two are of one platform, or the index is not what is asked for
     */
    @NonNull
    static Merge of(@NonNull Registry registry, @NonNull Concurrently commands, @NonNull Publication publication)
            throws IOException, InterruptedException, BuildxException {
        List<ImageReference> sources = pinned(registry, commands, publication.images());
        ImageIndex index = registry.combine(sources, sources.get(0), publication.annotations());
        if (sources.size() > 1 && index.images().size() != index.platforms().size()) {
            sources = Rivals.settle(registry, commands, sources, publication.prefer());
            index = registry.combine(sources, sources.get(0), publication.annotations());
        }
        check(publication, sources, index);
        return new Merge(sources, index);
    }

    /** Whether a repository holds all the sources. */
    boolean isIn(@NonNull ImageReference tag) {
        return sources.stream().allMatch(source -> source.repository().equals(tag.repository()));
    }

    private static List<ImageReference> pinned(Registry registry, Concurrently commands, List<ImageReference> images)
            throws IOException, InterruptedException, BuildxException {
        List<ImageReference> tags =
                images.stream().filter(image -> image.digest() == null).toList();
        Iterator<ImageIndex> read = commands.start(tags, registry::read).await().iterator();
        return images.stream()
                .map(image -> image.digest() == null ? image.at(read.next().digest()) : image.at(image.knownDigest()))
                .distinct()
                .toList();
    }

    private static void check(Publication publication, List<ImageReference> sources, ImageIndex index)
            throws BuildxException {
        Set<Platform> wanted = Set.copyOf(publication.platforms());
        if (!wanted.isEmpty() && !index.platforms().equals(wanted)) {
            throw new BuildxException("Nothing is published: the images are for " + index.platforms() + " and not for "
                    + publication.platforms() + ". A Dockerfile with a fixed FROM --platform does that.");
        }
        // what one image index that somebody else made may hold is not for us to say
        boolean ours = !wanted.isEmpty() || sources.size() > 1;
        String flaw = index.flaw();
        if (ours && flaw != null) {
            throw new BuildxException("Nothing is published: the image index would be wrong, " + flaw + ".");
        }
        if (!index.annotations().keySet().containsAll(publication.annotations().keySet())) {
            throw new BuildxException("Nothing is published: the images have Docker's own media types, and an index of"
                    + " such images can have no annotations. Build them with the output option oci-mediatypes=true, by a builder"
                    + " other than that of an engine without the containerd image store.");
        }
    }
}
