package io.jenkins.plugins.multiarchbuild.engine.layout;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an archive holds: the images of all platforms under one image index.
 *
 * @param index the text of the image index
 * @param entry the text of {@code index.json}, which names the image index
 * @param blobs the other files, without the image index; in the order of their digests
 */
public record ArchiveContents(
        @NonNull String index,
        @NonNull String entry,
        @NonNull List<Blob> blobs) implements Serializable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

    /** The annotation by which containerd, and so {@code docker load}, names an image. */
    private static final String CONTAINERD_NAME = "io.containerd.image.name";

    /** The annotation by which other tools find an image in a layout. */
    private static final String REF_NAME = "org.opencontainers.image.ref.name";

    public ArchiveContents {
        blobs = List.copyOf(blobs);
    }

    /**
     * Puts the images of all platforms together.
     *
     * @param annotations annotations of the image index by key
     * @param names the names that the image has where it is loaded; may be empty
     * @throws DockerException if the result is not one image for each platform and their attestations
     */
    @NonNull
    public static ArchiveContents of(
            @NonNull List<LayoutImage> images,
            @NonNull Map<String, String> annotations,
            @NonNull List<ImageReference> names)
            throws DockerException {
        ObjectNode root = newIndex();
        ArrayNode manifests = root.putArray("manifests");
        Map<String, Blob> blobs = new TreeMap<>();
        for (LayoutImage image : images) {
            image.entries().forEach(entry -> manifests.addRawValue(new RawValue(entry)));
            for (Blob blob : image.blobs()) {
                Blob other = blobs.putIfAbsent(blob.hex(), blob);
                if (other != null && !other.equals(blob)) {
                    throw new DockerException(Sentence.of("ArchiveContents.sizes", blob.digest()));
                }
            }
        }
        if (!annotations.isEmpty()) {
            ObjectNode node = root.putObject("annotations");
            annotations.forEach(node::put);
        }
        String index = root.toString();
        check(index, images);
        return new ArchiveContents(index, entry(index, names), List.copyOf(blobs.values()));
    }

    private static void check(String index, List<LayoutImage> images) throws DockerException {
        Manifest manifest = Manifest.parse(index);
        Set<Platform> platforms = images.stream().map(LayoutImage::platform).collect(Collectors.toSet());
        Sentence flaw = manifest.flaw();
        if (flaw != null || !manifest.platforms().equals(platforms)) {
            throw new DockerException(
                    flaw == null
                            ? Sentence.of("ArchiveContents.platforms", manifest.platforms(), platforms)
                            : Sentence.of("ArchiveContents.flaw", flaw));
        }
    }

    private static String entry(String index, List<ImageReference> names) {
        ObjectNode root = newIndex();
        ArrayNode manifests = root.putArray("manifests");
        ObjectNode unnamed = JSON.createObjectNode()
                .put("mediaType", OCI_INDEX)
                .put("digest", Digest.of(index).value())
                .put("size", index.getBytes(StandardCharsets.UTF_8).length);
        for (ImageReference name : names) {
            ObjectNode named = unnamed.deepCopy();
            named.putObject("annotations").put(CONTAINERD_NAME, name.toString()).put(REF_NAME, name.tag());
            manifests.add(named);
        }
        if (names.isEmpty()) {
            manifests.add(unnamed);
        }
        return root.toString();
    }

    private static ObjectNode newIndex() {
        return JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", OCI_INDEX);
    }

    /** Returns the digest of the image index. */
    @NonNull
    public Digest digest() {
        return Digest.of(index);
    }
}
