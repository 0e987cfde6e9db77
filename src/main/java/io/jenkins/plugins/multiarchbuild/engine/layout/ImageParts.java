package io.jenkins.plugins.multiarchbuild.engine.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.Json;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds everything that an image in a layout consists of. Whoever wrote the layout is not trusted: each manifest and
 * each configuration must have the digest by which it was found.
 */
final class ImageParts {

    private static final ObjectMapper JSON = new ObjectMapper();

    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private static final Set<String> MANIFESTS =
            Set.of(OCI_MANIFEST, "application/vnd.docker.distribution.manifest.v2+json");

    private static final String REFERENCE_TYPE = "vnd.docker.reference.type";
    private static final String REFERENCE_DIGEST = "vnd.docker.reference.digest";
    private static final String ATTESTATION = "attestation-manifest";

    /** The most megabytes of a manifest or a configuration. */
    private static final int MEGABYTES = 4;

    /** The most manifests of one platform: an image and its attestations. */
    private static final int MOST_MANIFESTS = 100;

    private final Platform platform;
    private final ImageLayout.Files files;
    private final List<String> entries = new ArrayList<>();
    private final Map<Digest, Blob> blobs = new LinkedHashMap<>();
    private Digest manifest;
    private long size;
    private int layers;

    ImageParts(@NonNull Platform platform, @NonNull ImageLayout.Files files) {
        this.platform = platform;
        this.files = files;
    }

    /**
     * Finds them.
     *
     * @param built the image, or an index that holds it and its attestations
     * @throws DockerException if a part is not what its digest says, or the image is for another platform
     */
    @NonNull
    LayoutImage find(@NonNull Digest built) throws IOException, InterruptedException, DockerException {
        try {
            String text = read(built);
            JsonNode root = object(text);
            if (root.has("manifests")) {
                addAll(root.path("manifests"));
            } else {
                addImage(built, text, root);
            }
        } catch (InvalidRequestException e) {
            throw wrong(e.sentence());
        }
        if (manifest == null) {
            throw wrong(Sentence.of("ImageParts.noImage"));
        }
        return new LayoutImage(platform, manifest, entries, List.copyOf(blobs.values()), size, layers);
    }

    private void addAll(JsonNode children) throws IOException, InterruptedException, DockerException {
        if (children.size() > MOST_MANIFESTS) {
            throw wrong(Sentence.of("ImageParts.manifests", children.size()));
        }
        List<JsonNode> attestations = new ArrayList<>();
        for (JsonNode child : children) {
            if (child.path("annotations").path(REFERENCE_TYPE).asText().equals(ATTESTATION)) {
                attestations.add(child);
            } else {
                Digest digest = new Digest(child.path("digest").asText());
                String text = read(digest);
                addImage(digest, text, object(text));
            }
        }
        for (JsonNode attestation : attestations) {
            addAttestation(attestation);
        }
    }

    private void addImage(Digest digest, String text, JsonNode image)
            throws IOException, InterruptedException, DockerException {
        if (manifest != null) {
            throw wrong(Sentence.of("ImageParts.images"));
        }
        manifest = digest;
        JsonNode config =
                object(read(new Digest(image.path("config").path("digest").asText())));
        checkPlatform(config);
        ObjectNode entry = entry(digest, text, image);
        ObjectNode machine = entry.putObject("platform");
        machine.put("architecture", platform.architecture());
        machine.put("os", platform.os());
        if (platform.variant() != null) {
            machine.put("variant", platform.variant());
        }
        // Windows chooses an image by it
        if (config.path("os.version").isTextual()) {
            machine.put("os.version", config.path("os.version").asText());
        }
        entries.add(entry.toString());
        add(Blob.of(text));
        size = addParts(image);
        layers = image.path("layers").size();
    }

    private void addAttestation(JsonNode described) throws IOException, InterruptedException, DockerException {
        String about = described.path("annotations").path(REFERENCE_DIGEST).asText();
        if (manifest == null || !manifest.value().equals(about)) {
            throw wrong(Sentence.of("ImageParts.attestation"));
        }
        Digest digest = new Digest(described.path("digest").asText());
        String text = read(digest);
        JsonNode attestation = object(text);
        ObjectNode entry = entry(digest, text, attestation);
        if (attestation.path("artifactType").isTextual()) {
            entry.put("artifactType", attestation.path("artifactType").asText());
        }
        entry.putObject("annotations").put(REFERENCE_TYPE, ATTESTATION).put(REFERENCE_DIGEST, about);
        entry.putObject("platform").put("architecture", "unknown").put("os", "unknown");
        entries.add(entry.toString());
        add(Blob.of(text));
        addParts(attestation);
    }

    private ObjectNode entry(Digest digest, String text, JsonNode described) throws DockerException {
        String mediaType = described.path("mediaType").asText(OCI_MANIFEST);
        if (!MANIFESTS.contains(mediaType)) {
            throw wrong(Sentence.of("ImageParts.otherPart", mediaType));
        }
        return JSON.createObjectNode()
                .put("mediaType", mediaType)
                .put("digest", digest.value())
                .put("size", text.getBytes(StandardCharsets.UTF_8).length);
    }

    /** Adds configuration and layers of a manifest, and returns their size. */
    private long addParts(JsonNode described) throws DockerException {
        long bytes = add(blob(described.path("config")));
        for (JsonNode layer : described.path("layers")) {
            bytes += add(blob(layer));
        }
        return bytes;
    }

    private long add(Blob blob) throws DockerException {
        Blob other = blobs.putIfAbsent(blob.digest(), blob);
        if (other != null && !other.equals(blob)) {
            throw wrong(Sentence.of("ImageParts.sizes", blob.digest()));
        }
        return blob.size();
    }

    private static Blob blob(JsonNode descriptor) {
        return new Blob(
                new Digest(descriptor.path("digest").asText()),
                descriptor.path("size").asLong(-1));
    }

    /** Variants are not told apart: the configuration may have that of a base image. */
    private void checkPlatform(JsonNode config) throws DockerException {
        String os = config.path("os").asText();
        String architecture = config.path("architecture").asText();
        if (!os.equals(platform.os()) || !architecture.equals(platform.architecture())) {
            throw wrong(Sentence.of("ImageParts.platform", os, architecture));
        }
    }

    private JsonNode object(String text) throws DockerException {
        return Json.readObject(Sentence.of("ImageParts.part", platform), text, MEGABYTES);
    }

    private String read(Digest digest) throws IOException, InterruptedException, DockerException {
        String text = files.read("blobs/" + digest.value().replace(':', '/'));
        if (!Digest.of(text).equals(digest)) {
            throw wrong(Sentence.of("ImageParts.digest", digest));
        }
        return text;
    }

    private DockerException wrong(Sentence what) {
        return new DockerException(Sentence.of("ImageParts.wrong", platform, what));
    }
}
