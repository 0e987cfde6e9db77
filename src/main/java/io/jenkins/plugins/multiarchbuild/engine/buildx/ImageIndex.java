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
import java.util.List;

/**
 * A manifest in a registry as {@code docker buildx imagetools inspect --format '{{json .Manifest}}'} prints it: an
 * <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">image index</a> or a single image.
 *
 * @param digest its own digest
 * @param mediaType its media type
 * @param children the manifests that it lists; empty for a single image
 */
public record ImageIndex(
        @NonNull Digest digest,
        @NonNull String mediaType,
        @NonNull List<Child> children) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A manifest in the index.
     *
     * @param digest its digest
     * @param platform the platform of an image, or null if it is an attestation manifest
     * @param attests for an attestation manifest the digest of the image that it is about, or null
     */
    public record Child(
            @NonNull Digest digest,
            @CheckForNull Platform platform,
            @CheckForNull Digest attests) {}

    /**
     * Reads what buildx printed.
     *
     * @throws BuildxException if it is no such text
     */
    @NonNull
    public static ImageIndex parse(@NonNull String manifest) throws BuildxException {
        try {
            JsonNode root = JSON.readTree(manifest);
            List<Child> children = new ArrayList<>();
            for (JsonNode child : root.path("manifests")) {
                children.add(child(child));
            }
            return new ImageIndex(
                    new Digest(root.path("digest").asText()),
                    root.path("mediaType").asText(),
                    List.copyOf(children));
        } catch (JsonProcessingException | InvalidRequestException e) {
            throw new BuildxException("The manifest that the registry returned cannot be read: "
                    + e.getMessage().lines().findFirst().orElse(""));
        }
    }

    /** Whether this is an index and not a single image. */
    public boolean isIndex() {
        return mediaType.equals("application/vnd.oci.image.index.v1+json")
                || mediaType.equals("application/vnd.docker.distribution.manifest.list.v2+json");
    }

    /** The images among the children. */
    @NonNull
    public List<Child> images() {
        return children.stream().filter(child -> child.platform != null).toList();
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
        return new Child(
                digest,
                Platform.parse(platform.path("os").asText() + "/"
                        + platform.path("architecture").asText() + (variant.isEmpty() ? "" : "/" + variant)),
                null);
    }
}
