package io.jenkins.plugins.multiarchbuild.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.Json;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A manifest in a registry: an
 * <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">image index</a> or a single image.
 *
 * @param digest its own digest
 * @param mediaType its media type
 * @param children the manifests that it lists; empty for a single image
 * @param annotations its annotations by key
 * @param size compressed size of a single image in bytes, its configuration and layers; 0 for an index
 * @param layers the layers of a single image, the lowest first; empty for an index
 */
public record Manifest(
        @NonNull Digest digest,
        @NonNull String mediaType,
        @NonNull List<Child> children,
        @NonNull Map<String, String> annotations,
        long size,
        @NonNull List<Layer> layers) {

    /**
     * The size of manifests that registries <a
     * href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests">have to take</a>.
     */
    private static final int MEGABYTES = 4;

    private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    /**
     * A manifest in the index; one with neither platform nor subject is of an unknown kind.
     *
     * @param digest its digest
     * @param platform the platform of an image, or null
     * @param attests the digest of the image that an attestation manifest is about, or null
     */
    public record Child(
            @NonNull Digest digest,
            @CheckForNull Platform platform,
            @CheckForNull Digest attests) {}

    /**
     * A layer of an image.
     *
     * @param digest the digest of the layer as it is stored, usually compressed
     * @param size its compressed size in bytes
     * @param mediaType the format of its content
     */
    public record Layer(
            @NonNull Digest digest, long size, @NonNull String mediaType) implements Serializable {}

    /**
     * Reads a manifest exactly as the registry serves it, since its digest is computed.
     *
     * @throws DockerException if it is not a manifest
     */
    @NonNull
    public static Manifest parse(@NonNull String manifest) throws DockerException {
        try {
            JsonNode root = Json.readObject(Sentence.of("Manifest.what"), manifest, MEGABYTES);
            List<Child> children = new ArrayList<>();
            for (JsonNode child : root.path("manifests")) {
                children.add(child(child));
            }
            Map<String, String> annotations = new LinkedHashMap<>();
            root.path("annotations")
                    .properties()
                    .forEach(entry ->
                            annotations.put(entry.getKey(), entry.getValue().asText()));
            long size = root.path("config").path("size").asLong();
            List<Layer> layers = new ArrayList<>();
            for (JsonNode node : root.path("layers")) {
                Digest digest = new Digest(node.path("digest").asText());
                Layer layer = new Layer(
                        digest,
                        node.path("size").asLong(),
                        node.path("mediaType").asText());
                layers.add(layer);
                size += layer.size;
            }
            // the media type is optional in OCI manifests
            String guess = root.has("manifests") ? OCI_INDEX : OCI_MANIFEST;
            return new Manifest(
                    Digest.of(manifest),
                    root.path("mediaType").asText(guess),
                    List.copyOf(children),
                    Collections.unmodifiableMap(annotations),
                    size,
                    List.copyOf(layers));
        } catch (InvalidRequestException e) {
            throw new DockerException(Sentence.of("Manifest.notReadable", e.sentence()));
        }
    }

    /** Whether this is an index and not a single image. */
    public boolean isIndex() {
        return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_LIST);
    }

    /** Returns the images among the children. */
    @NonNull
    public List<Child> images() {
        return children.stream().filter(child -> child.platform != null).toList();
    }

    /** Returns the platforms of the images, in the same order. */
    @NonNull
    public Set<Platform> platforms() {
        Set<Platform> platforms = new LinkedHashSet<>();
        images().forEach(image -> platforms.add(image.platform));
        return platforms;
    }

    /** Whether attestations are among the children. */
    public boolean isAttested() {
        return children.stream().anyMatch(child -> child.attests != null);
    }

    /** Whether a manifest is among the children. */
    public boolean lists(@CheckForNull Digest child) {
        return children.stream().anyMatch(listed -> listed.digest.equals(child));
    }

    /** Returns why this is not an index of one image per platform and attestations about these; null if it is one. */
    @CheckForNull
    public Sentence flaw() {
        if (!isIndex()) {
            return Sentence.of("Manifest.noIndex", mediaType);
        }
        if (images().size() != platforms().size()) {
            return Sentence.of("Manifest.twoImages");
        }
        Set<Digest> images = images().stream().map(Child::digest).collect(Collectors.toSet());
        for (Child child : children) {
            if (child.platform == null && child.attests == null) {
                return Sentence.of("Manifest.child", child.digest);
            }
            if (child.attests != null && !images.contains(child.attests)) {
                return Sentence.of("Manifest.attestation", child.digest);
            }
        }
        return null;
    }

    private static Child child(JsonNode node) {
        Digest digest = new Digest(node.path("digest").asText());
        JsonNode annotations = node.path("annotations");
        if (annotations.path("vnd.docker.reference.type").asText().equals("attestation-manifest")) {
            String attests = annotations.path("vnd.docker.reference.digest").asText();
            return new Child(digest, null, new Digest(attests));
        }
        return new Child(digest, platform(node.path("platform")).orElse(null), null);
    }

    /** Returns the platform that properties name; empty for an artifact, or a platform newer than Platform's list. */
    @NonNull
    static Optional<Platform> platform(@NonNull JsonNode node) {
        String variant = node.path("variant").asText();
        try {
            return Optional.of(Platform.parse(node.path("os").asText() + "/"
                    + node.path("architecture").asText() + (variant.isEmpty() ? "" : "/" + variant)));
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }
}
