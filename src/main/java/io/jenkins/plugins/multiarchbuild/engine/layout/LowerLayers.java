package io.jenkins.plugins.multiarchbuild.engine.layout;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lower layers of an image as an image of their own, in a
 * <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">layout</a> without their content: a
 * builder that has the layers in its cache can write their files.
 *
 * @param digest the digest of its manifest
 * @param files the texts of the layout's files, by path with {@code /}
 */
public record LowerLayers(@NonNull Digest digest, @NonNull Map<String, String> files) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";

    public LowerLayers {
        files = Map.copyOf(files);
    }

    /**
     * Describes them.
     *
     * @param diffIds the digest of each layer's uncompressed content
     */
    @NonNull
    public static LowerLayers of(
            @NonNull Platform platform, @NonNull List<Manifest.Layer> layers, @NonNull List<String> diffIds) {
        ObjectNode config = JSON.createObjectNode();
        config.put("os", platform.os()).put("architecture", platform.architecture());
        if (platform.variant() != null) {
            config.put("variant", platform.variant());
        }
        ArrayNode ids = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        diffIds.forEach(ids::add);
        Map<String, String> files = new LinkedHashMap<>();
        ObjectNode manifest = JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", ImageParts.OCI_MANIFEST);
        manifest.set("config", blob(files, CONFIG, config.toString()));
        ArrayNode list = manifest.putArray("layers");
        layers.forEach(layer -> list.add(descriptor(layer.mediaType(), layer.digest(), layer.size())));
        ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2);
        index.putArray("manifests").add(blob(files, ImageParts.OCI_MANIFEST, manifest.toString()));
        files.put("index.json", index.toString());
        files.put("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        return new LowerLayers(Digest.of(manifest.toString()), files);
    }

    private static ObjectNode blob(Map<String, String> files, String mediaType, String text) {
        Blob blob = Blob.of(text);
        files.put(blob.path(), text);
        return descriptor(mediaType, blob.digest(), blob.size());
    }

    private static ObjectNode descriptor(String mediaType, Digest digest, long size) {
        return JSON.createObjectNode()
                .put("mediaType", mediaType)
                .put("digest", digest.value())
                .put("size", size);
    }
}
