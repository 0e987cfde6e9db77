package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Publishes one image index under several tags and makes sure that every tag shows it. Publishing the same again ends in
 * the same state.
 */
public final class Publisher {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Registry registry;

    /** @param registry the registries that hold the images and get the tags */
    public Publisher(@NonNull Registry registry) {
        this.registry = registry;
    }

    /**
     * Publishes the images under the tags and reads every tag back.
     *
     * @param images images that are in a registry, each a single image or an index
     * @param tags the tags to publish under, at least one
     * @param platforms the platforms that the images must be for, all of them and no other; empty if any will do
     * @return what the tags now point at
     * @throws BuildxException if two images are of one platform, the platforms are not those wanted, a registry fails, or
     *     a tag does not show what was published
     */
    @NonNull
    public ImageIndex publish(
            @NonNull List<ImageReference> images,
            @NonNull List<ImageReference> tags,
            @NonNull Collection<Platform> platforms)
            throws IOException, InterruptedException, BuildxException {
        Map<Platform, ImageReference> owners = new LinkedHashMap<>();
        Map<ImageReference, Set<Digest>> expected = new LinkedHashMap<>();
        for (ImageReference image : images) {
            ImageIndex manifest = registry.read(image);
            ImageReference pinned = image.at(manifest.digest());
            Set<Digest> children = new LinkedHashSet<>();
            for (ImageIndex.Child child : childrenOf(pinned, manifest)) {
                children.add(child.digest());
                ImageReference other = child.platform() == null ? null : owners.put(child.platform(), pinned);
                if (other != null && !other.equals(pinned)) {
                    throw new BuildxException("Two images are for " + child.platform() + ": " + other + " and " + pinned
                            + ". Leave one of them out.");
                }
            }
            expected.put(pinned, children);
        }
        if (!platforms.isEmpty() && !owners.keySet().equals(Set.copyOf(platforms))) {
            throw new BuildxException("Nothing is published: the images are for " + owners.keySet() + " and not for "
                    + platforms + ". A Dockerfile with a fixed FROM --platform does that.");
        }
        registry.create(List.copyOf(expected.keySet()), tags);
        return readBack(tags, owners.keySet(), expected.values());
    }

    /**
     * Publishes the arch tags that a request asks for; those that point at their platform's image already stay as they are.
     *
     * @throws BuildxException if a registry fails
     */
    public void tagPlatforms(@NonNull BuildRequest request, @NonNull List<BuiltImage> images)
            throws IOException, InterruptedException, BuildxException {
        if (!request.archTags().wanted()) {
            return;
        }
        for (BuiltImage image : images) {
            for (ImageReference baseTag : request.baseTags()) {
                ImageReference tag = request.archTags().tag(baseTag, image.platform());
                boolean done = registry.find(tag)
                        .filter(found -> found.digest().equals(image.reference().digest()))
                        .isPresent();
                if (!done) {
                    registry.create(List.of(image.reference()), List.of(tag));
                }
            }
        }
    }

    private ImageIndex readBack(List<ImageReference> tags, Set<Platform> platforms, Iterable<Set<Digest>> expected)
            throws IOException, InterruptedException, BuildxException {
        Set<Digest> children = new HashSet<>();
        expected.forEach(children::addAll);
        Map<Digest, ImageIndex> published = new HashMap<>();
        ImageIndex last = null;
        for (ImageReference tag : tags) {
            last = registry.read(tag);
            published.put(last.digest(), last);
            Set<Digest> found = new HashSet<>();
            last.children().forEach(child -> found.add(child.digest()));
            Set<Platform> shown = new HashSet<>();
            last.images().forEach(image -> shown.add(image.platform()));
            if (!last.isIndex() || !found.equals(children) || !shown.equals(platforms)) {
                throw new BuildxException("The tag " + tag + " does not show what was published: it has " + shown
                        + " instead of " + platforms + ", digest " + last.digest()
                        + ". Someone else may have published to it at the same time.");
            }
        }
        if (last == null || published.size() != 1) {
            throw new BuildxException("The tags " + tags + " do not all show the same image: " + published.keySet()
                    + ". Someone else may have published to one of them at the same time.");
        }
        return last;
    }

    private List<ImageIndex.Child> childrenOf(ImageReference image, ImageIndex manifest)
            throws IOException, InterruptedException, BuildxException {
        if (manifest.isIndex()) {
            return manifest.children();
        }
        try {
            JsonNode config = JSON.readTree(registry.readAs(image, "{{json .Image}}"));
            String variant = config.path("variant").asText();
            Platform platform = Platform.parse(config.path("os").asText() + "/"
                    + config.path("architecture").asText() + (variant.isEmpty() ? "" : "/" + variant));
            return List.of(new ImageIndex.Child(manifest.digest(), platform, null));
        } catch (JsonProcessingException e) {
            throw new BuildxException("The configuration of " + image + " cannot be read: " + e.getOriginalMessage());
        }
    }
}
