package io.jenkins.plugins.multiarchbuild.engine.layout;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageConfig;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.List;

/**
 * A platform's image that is not pushed but in an
 * <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image layout</a>, as a builder
 * has written it.
 */
public final class ImageLayout {

    private final Platform platform;
    private final Files files;

    /** Reads files of the layout. */
    @FunctionalInterface
    public interface Files {

        /** @param path relative to the layout, with {@code /} */
        @NonNull
        String read(@NonNull String path) throws IOException, InterruptedException;
    }

    public ImageLayout(@NonNull Platform platform, @NonNull Files files) {
        this.platform = platform;
        this.files = files;
    }

    /**
     * Returns the digest of the image's manifest.
     *
     * @param built what buildx reports: the image or, with {@code BUILDKIT_MULTI_PLATFORM} and from some frontends, an
     *     index that holds it
     * @throws DockerException if the index does not hold one image
     */
    @NonNull
    public Digest manifest(@NonNull Digest built) throws IOException, InterruptedException, DockerException {
        Manifest manifest = read(built);
        if (!manifest.isIndex()) {
            return built;
        }
        List<Manifest.Child> images = manifest.children().stream()
                .filter(child -> child.attests() == null)
                .toList();
        if (images.size() != 1) {
            throw new DockerException(Sentence.of("ImageLayout.severalImages", platform, images.size()));
        }
        return images.get(0).digest();
    }

    /**
     * Returns a manifest.
     *
     * @param manifest its digest
     * @throws DockerException if it cannot be read
     */
    @NonNull
    public Manifest read(@NonNull Digest manifest) throws IOException, InterruptedException, DockerException {
        return Manifest.parse(blob(manifest));
    }

    /**
     * Returns the configuration of an image.
     *
     * @param manifest the digest of its manifest
     */
    @NonNull
    public ImageConfig configuration(@NonNull Digest manifest)
            throws IOException, InterruptedException, DockerException {
        return ImageConfig.parse(blob(ImageConfig.digest(blob(manifest))), platform);
    }

    /**
     * Returns everything that the image consists of.
     *
     * @param built what buildx reports: the image, or an index that holds it and its attestations
     * @throws DockerException if a part is not what its digest says, or the image is for another platform
     */
    @NonNull
    public LayoutImage image(@NonNull Digest built) throws IOException, InterruptedException, DockerException {
        return new ImageParts(platform, files).find(built);
    }

    private String blob(Digest digest) throws IOException, InterruptedException {
        return files.read("blobs/" + digest.value().replace(':', '/'));
    }
}
