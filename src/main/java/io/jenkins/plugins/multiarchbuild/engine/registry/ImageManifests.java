package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the image manifest in what buildx pushed for a platform, and remembers the sizes of images. */
public final class ImageManifests {

    private static final int MOST_SIZES = 1000;

    /** By digest, so that they hold for ever. */
    private final Map<Digest, Size> sizes = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Size> eldest) {
            return size() > MOST_SIZES;
        }
    };

    private record Size(long bytes, int layers) {}

    /**
     * Reads the manifests of images. One command looks into all that was pushed; an image that an earlier build pushed
     * too needs no other.
     *
     * @param images images of which only the pushed digest is known, in one repository
     * @return the images in the same order, with digest, size and layers of their manifests
     * @throws DockerException if the registry does not serve a manifest, or what was pushed holds no image or several
     */
    @NonNull
    public List<BuiltImage> read(@NonNull Registry registry, @NonNull List<BuiltImage> images)
            throws IOException, InterruptedException, DockerException {
        List<ImageReference> pushed = images.stream().map(BuiltImage::reference).toList();
        Manifest all = registry.combine(pushed, pushed.get(0), Map.of());
        try (Concurrently commands = new Concurrently()) {
            return commands.start(images, image -> read(registry, image, all)).await();
        }
    }

    private BuiltImage read(Registry registry, BuiltImage built, Manifest all)
            throws IOException, InterruptedException, DockerException {
        List<Digest> found = digests(all, built.platform());
        // otherwise the image has another platform than it was built for
        Digest digest = found.size() == 1 ? found.get(0) : onlyImage(registry, built);
        ImageReference image = built.reference().at(digest);
        Size size = size(registry, image);
        return new BuiltImage(built.platform(), built.reference(), image, size.bytes, size.layers);
    }

    private static List<Digest> digests(Manifest index, Platform platform) {
        return index.images().stream()
                .filter(image -> platform.equals(image.platform()))
                .map(Manifest.Child::digest)
                .toList();
    }

    private static Digest onlyImage(Registry registry, BuiltImage built)
            throws IOException, InterruptedException, DockerException {
        Manifest manifest = registry.read(built.reference());
        if (!manifest.isIndex()) {
            return manifest.digest();
        }
        List<Manifest.Child> images = manifest.children().stream()
                .filter(child -> child.attests() == null)
                .toList();
        if (images.size() != 1) {
            throw new DockerException("What was pushed for " + built.platform() + ", " + built.reference()
                    + ", does not hold one image but " + images.size() + ".");
        }
        return images.get(0).digest();
    }

    private Size size(Registry registry, ImageReference image)
            throws IOException, InterruptedException, DockerException {
        synchronized (sizes) {
            Size known = sizes.get(image.knownDigest());
            if (known != null) {
                return known;
            }
        }
        Manifest manifest = registry.read(image);
        Size size = new Size(manifest.size(), manifest.layers());
        synchronized (sizes) {
            // under the digest of what was read, whatever the agent was asked for
            sizes.put(manifest.digest(), size);
        }
        return size;
    }
}
