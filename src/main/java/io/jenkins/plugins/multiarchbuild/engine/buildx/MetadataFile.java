package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.Json;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the file that {@code docker buildx bake --metadata-file} writes, after the
 * <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#metadata-file">buildx reference</a>.
 */
public final class MetadataFile {

    private static final int MEGABYTES = 16;

    /** The maximum length in characters; one platform with full provenance takes some tens of thousands. */
    public static final int MAX_LENGTH = MEGABYTES << 20;

    private MetadataFile() {}

    /**
     * Returns what was pushed for each image of a group, in the same order: an image or, with attestations, an index that
     * holds it.
     *
     * @param content the file's text
     * @throws DockerException if it is not a metadata file or lacks the digest of an image
     */
    @NonNull
    public static Map<ImageKey, BuiltImage> read(
            @NonNull String content, @NonNull BakeTargets targets, @NonNull BuildGroup group) throws DockerException {
        Map<ImageKey, BuiltImage> images = new LinkedHashMap<>();
        digests(content, targets.keys(group.platforms()))
                .forEach((key, digest) -> images.put(
                        key,
                        new BuiltImage(
                                key.platform(), targets.request(key).pushTag().at(digest))));
        return images;
    }

    /**
     * Returns the digest of each image that was built, in the same order.
     *
     * @param content the file's text
     * @throws DockerException if it is not a metadata file or lacks the digest of an image
     */
    @NonNull
    public static Map<ImageKey, Digest> digests(@NonNull String content, @NonNull List<ImageKey> images)
            throws DockerException {
        JsonNode root = Json.readObject(Sentence.of("MetadataFile.what"), content, MEGABYTES);
        Map<ImageKey, Digest> digests = new LinkedHashMap<>();
        for (ImageKey image : images) {
            String digest =
                    root.path(image.name()).path("containerimage.digest").asText();
            if (!Digest.isValid(digest)) {
                throw new DockerException(Sentence.of("MetadataFile.noDigest", image));
            }
            digests.put(image, new Digest(digest));
        }
        return digests;
    }
}
