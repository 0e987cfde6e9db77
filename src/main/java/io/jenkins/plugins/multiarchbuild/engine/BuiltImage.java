package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;

/**
 * A platform's image in the registry, whether or not it is published yet.
 *
 * @param platform the platform that was built
 * @param reference repository and digest of what was pushed: the image manifest or, with attestations, an index that
 *     holds it; this is what gets published
 * @param image repository and digest of the image manifest, which can be pulled on any machine
 * @param size compressed size of the image in bytes, its configuration and layers, or -1 if unknown
 * @param layers number of its layers, or -1 if unknown
 */
public record BuiltImage(
        @NonNull Platform platform,
        @NonNull ImageReference reference,
        @NonNull ImageReference image,
        long size,
        int layers)
        implements Serializable {

    /** Creates an image of which only the pushed digest is known. */
    public BuiltImage(@NonNull Platform platform, @NonNull ImageReference reference) {
        this(platform, reference, reference, -1, -1);
    }

    /** Returns this image with its manifest, whose size is not known yet. */
    @NonNull
    public BuiltImage withImage(@NonNull ImageReference manifest) {
        return new BuiltImage(platform, reference, manifest, -1, -1);
    }

    /** Returns this image with its size in bytes and its number of layers. */
    @NonNull
    public BuiltImage withSize(long bytes, int count) {
        return new BuiltImage(platform, reference, image, bytes, count);
    }

    /** Whether the image was pushed with attestations. */
    public boolean isAttested() {
        return !image.equals(reference);
    }
}
