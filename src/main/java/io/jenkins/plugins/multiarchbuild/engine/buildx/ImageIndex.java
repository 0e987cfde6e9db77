package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A manifest as it lies in a registry: an
 * <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">image index</a> or a single image.
 *
 * @param digest its own digest
 * @param mediaType its media type
 * @param children the manifests that it lists; empty for a single image
 * @param annotations its annotations by key
 */
public record ImageIndex(
        @NonNull Digest digest,
        @NonNull String mediaType,
        @NonNull List<Child> children,
        @NonNull Map<String, String> annotations) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    /**
     * A manifest in the index; one with neither platform nor subject is something that this plugin does not know.
     *
     * @param digest its digest
     * @param platform the platform of an image, or null
     * @param attests for an attestation manifest the digest of the image that it is about, or null
     */
    public record Child(
            @NonNull Digest digest,
            @CheckForNull Platform platform,
            @CheckForNull Digest attests) {}

    /**
     * Reads a manifest as the registry serves it, byte for byte, so that its digest can be told.
     *
     * @throws BuildxException if it is none
     */
    @NonNull
    public static ImageIndex parse(@NonNull String manifest) throws BuildxException {
        try {
            JsonNode root = JSON.readTree(manifest);
            if (!root.isObject()) {
                throw new BuildxException("The manifest that the registry returned is not a JSON object.");
            }
            List<Child> children = new ArrayList<>();
            for (JsonNode child : root.path("manifests")) {
                children.add(child(child));
            }
            Map<String, String> annotations = new LinkedHashMap<>();
            root.path("annotations")
                    .properties()
                    .forEach(entry ->
                            annotations.put(entry.getKey(), entry.getValue().asText()));
            // OCI lets the media type be left out of the manifest
            String guess = root.has("manifests") ? OCI_INDEX : OCI_MANIFEST;
            return new ImageIndex(
                    Digest.of(manifest),
                    root.path("mediaType").asText(guess),
                    List.copyOf(children),
                    Collections.unmodifiableMap(annotations));
        } catch (JsonProcessingException | InvalidRequestException e) {
            throw new BuildxException("The manifest that the registry returned cannot be read: "
                    + e.getMessage().lines().findFirst().orElse(""));
        }
    }

    /** Whether this is an index and not a single image. */
    public boolean isIndex() {
        return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_LIST);
    }

    /** The images among the children. */
    @NonNull
    public List<Child> images() {
        return children.stream().filter(child -> child.platform != null).toList();
    }

    /** The platforms of the images, in their order. */
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

    /** What makes this no index of one image a platform, of attestations about these and of nothing else; null if it is one. */
    @CheckForNull
    String flaw() {
        if (!isIndex()) {
            return "it is no image index but " + mediaType;
        }
        if (images().size() != platforms().size()) {
            return "it has two images for one platform";
        }
        for (Child child : children) {
            if (child.platform == null && child.attests == null) {
                return "its child " + child.digest + " is neither an image nor an attestation";
            }
            if (child.attests != null && images().stream().noneMatch(image -> image.digest.equals(child.attests))) {
                return "its attestation " + child.digest + " is about an image that it does not have";
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
        JsonNode platform = node.path("platform");
        String variant = platform.path("variant").asText();
        try {
            return new Child(
                    digest,
                    Platform.parse(platform.path("os").asText() + "/"
                            + platform.path("architecture").asText() + (variant.isEmpty() ? "" : "/" + variant)),
                    null);
        } catch (InvalidRequestException e) {
            // an artifact without a platform, or a platform newer than the list of them
            return new Child(digest, null, null);
        }
    }
}
