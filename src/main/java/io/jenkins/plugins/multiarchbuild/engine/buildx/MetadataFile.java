package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.Json;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayList;
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
     * Returns what was pushed for each platform of a group, in the same order: an image or, with attestations, an index
     * that holds it.
     *
     * @param content the file's text
     * @throws DockerException if it is not a metadata file or lacks a platform's digest
     */
    @NonNull
    public static List<BuiltImage> read(
            @NonNull String content, @NonNull BuildRequest request, @NonNull BuildGroup group) throws DockerException {
        List<BuiltImage> images = new ArrayList<>();
        for (Map.Entry<Platform, Digest> digest : digests(content, group).entrySet()) {
            images.add(new BuiltImage(digest.getKey(), request.pushTag().at(digest.getValue())));
        }
        return images;
    }

    /**
     * Returns the digest of what was built for each platform of a group, in the same order.
     *
     * @param content the file's text
     * @throws DockerException if it is not a metadata file or lacks a platform's digest
     */
    @NonNull
    public static Map<Platform, Digest> digests(@NonNull String content, @NonNull BuildGroup group)
            throws DockerException {
        JsonNode root = Json.readObject(Sentence.of("MetadataFile.what"), content, MEGABYTES);
        Map<Platform, Digest> digests = new LinkedHashMap<>();
        for (Platform platform : group.platforms()) {
            String digest = root.path(platform.targetName())
                    .path("containerimage.digest")
                    .asText();
            if (!Digest.isValid(digest)) {
                throw new DockerException(Sentence.of("MetadataFile.noDigest", platform));
            }
            digests.put(platform, new Digest(digest));
        }
        return digests;
    }
}
