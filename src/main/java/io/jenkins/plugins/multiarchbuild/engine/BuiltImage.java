package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * A platform's image as it lies in the registry, before or after it was published.
 *
 * @param platform the platform that was built
 * @param reference repository and digest; the digest is that of the image's manifest or, with attestations, of an index
 *     that holds it
 * @param size size of that manifest or index in bytes, or -1 if unknown
 */
public record BuiltImage(
        @NonNull Platform platform, @NonNull ImageReference reference, long size) {}
