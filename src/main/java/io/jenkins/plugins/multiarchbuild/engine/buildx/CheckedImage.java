package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;

/**
 * A platform's image that is checked before anything is published.
 *
 * @param key tells it from the others
 * @param context the <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#build-context">named
 *     context</a> that stands for it
 */
public record CheckedImage(@NonNull ImageKey key, @NonNull String context) {

    /** An image that was pushed. */
    @NonNull
    public static CheckedImage of(@NonNull ImageKey key, @NonNull BuiltImage image) {
        return new CheckedImage(key, "docker-image://" + image.image());
    }

    /**
     * An image that was not pushed: see {@link BakeDefinition#intoLayouts}.
     *
     * @param digest the digest of its manifest
     * @param directory the directory of the layouts, relative to that of the bake: buildx takes what follows {@code @}
     *     or {@code :} in a path for a digest or a tag
     */
    @NonNull
    public static CheckedImage inLayout(@NonNull ImageKey key, @NonNull Digest digest, @NonNull String directory) {
        return ofLayout(key, digest, directory + "/" + BakeFiles.layout(key));
    }

    /**
     * An image in a layout.
     *
     * @param digest the digest of its manifest
     * @param layout the directory of the layout, relative to that of the bake, without {@code @} and {@code :}
     */
    @NonNull
    public static CheckedImage ofLayout(@NonNull ImageKey key, @NonNull Digest digest, @NonNull String layout) {
        return new CheckedImage(key, "oci-layout://" + layout + "@" + digest.value());
    }

    /** Returns its platform. */
    @NonNull
    public Platform platform() {
        return key.platform();
    }
}
