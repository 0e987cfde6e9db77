package io.jenkins.plugins.multiarchbuild.engine.layout;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.Serializable;
import java.util.List;

/**
 * A platform's image in a layout, with its attestations: what an image index says about it, and the files it consists
 * of.
 *
 * @param platform its platform
 * @param manifest the digest of its manifest
 * @param entries the descriptors of the image and of its attestations, JSON objects that go into an image index
 * @param blobs the files, without duplicates
 * @param size compressed size of the image in bytes, its configuration and layers
 * @param layers number of its layers
 */
public record LayoutImage(
        @NonNull Platform platform,
        @NonNull Digest manifest,
        @NonNull List<String> entries,
        @NonNull List<Blob> blobs,
        long size,
        int layers)
        implements Serializable {

    public LayoutImage {
        entries = List.copyOf(entries);
        blobs = List.copyOf(blobs);
    }

    /** Returns the size of all files together in bytes. */
    public long bytes() {
        return blobs.stream().mapToLong(Blob::size).sum();
    }
}
