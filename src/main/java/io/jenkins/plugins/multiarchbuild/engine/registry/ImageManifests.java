package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the image manifest in what buildx pushed for a platform, and remembers the manifests of images. */
public final class ImageManifests {

    private static final int MOST = 1000;

    /** The maximum length of a manifest that is remembered, as a text: an agent can make up one of any length. */
    private static final int LONGEST = 32 * 1024;

    /** By digest, so that they hold for ever. */
    private final Map<Digest, Manifest> known = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Manifest> eldest) {
            return size() > MOST;
        }
    };

    /**
     * Finds the manifests of images. One command looks into all that was pushed.
     *
     * @param images the images of different platforms, of which only the pushed digest is known, in one repository
     * @return the images in the same order, with the digests of their manifests
     * @throws DockerException if the registry does not serve what was pushed, or it holds no image or several
     */
    @NonNull
    public static List<BuiltImage> find(@NonNull Registry registry, @NonNull List<BuiltImage> images)
            throws IOException, InterruptedException, DockerException {
        List<ImageReference> pushed = images.stream().map(BuiltImage::reference).toList();
        Manifest all = registry.combine(pushed, pushed.get(0), Map.of());
        List<BuiltImage> found = new ArrayList<>();
        for (BuiltImage image : images) {
            List<Digest> digests = digests(all, image.platform());
            // otherwise the image has another platform than it was built for
            Digest digest = digests.size() == 1 ? digests.get(0) : onlyImage(registry, image);
            found.add(image.withImage(image.reference().at(digest)));
        }
        return found;
    }

    /**
     * Reads the manifest of an image, unless an earlier build read it too.
     *
     * @param image an image whose manifest was found
     * @throws DockerException if the registry does not serve it
     */
    @NonNull
    public Manifest read(@NonNull Registry registry, @NonNull BuiltImage image)
            throws IOException, InterruptedException, DockerException {
        synchronized (known) {
            Manifest manifest = known.get(image.image().knownDigest());
            if (manifest != null) {
                return manifest;
            }
        }
        Manifest manifest = registry.read(image.image());
        if (manifest.toString().length() <= LONGEST) {
            synchronized (known) {
                // under the digest of what was read, whatever the agent was asked for
                known.put(manifest.digest(), manifest);
            }
        }
        return manifest;
    }

    /**
     * Adds the size of an image, see {@link #read}.
     *
     * @return the image with its size and number of layers
     * @throws DockerException if the registry does not serve its manifest
     */
    @NonNull
    public BuiltImage sized(@NonNull Registry registry, @NonNull BuiltImage image)
            throws IOException, InterruptedException, DockerException {
        return sized(image, read(registry, image));
    }

    /** Adds the size that its manifest says to an image. */
    @NonNull
    public static BuiltImage sized(@NonNull BuiltImage image, @NonNull Manifest manifest) {
        return image.withSize(manifest.size(), manifest.layers().size());
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
            throw new DockerException(
                    Sentence.of("ImageManifests.severalImages", built.platform(), built.reference(), images.size()));
        }
        return images.get(0).digest();
    }
}
