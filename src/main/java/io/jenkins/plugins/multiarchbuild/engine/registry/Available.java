package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.Set;

/**
 * What a registry has under the name of an image.
 *
 * @param digest the digest of the image or image index
 * @param platforms its platforms; empty if that cannot be told
 */
public record Available(@NonNull Digest digest, @NonNull Set<Platform> platforms) {}
