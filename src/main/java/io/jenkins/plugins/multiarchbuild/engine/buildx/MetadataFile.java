package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the file that {@code docker buildx bake --metadata-file} writes, after the
 * <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#metadata-file">buildx reference</a>.
 */
public final class MetadataFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private MetadataFile() {}

    /**
     * The images that a group built, in the order of its platforms.
     *
     * @param content the file's text
     * @throws BuildxException if it is no such file or lacks a platform's digest
     */
    @NonNull
    public static List<BuiltImage> read(
            @NonNull String content, @NonNull BuildRequest request, @NonNull BuildGroup group) throws BuildxException {
        JsonNode root;
        try {
            root = JSON.readTree(content);
        } catch (JsonProcessingException e) {
            throw new BuildxException("The metadata file that buildx wrote cannot be read: " + e.getOriginalMessage());
        }
        List<BuiltImage> images = new ArrayList<>();
        for (Platform platform : group.platforms()) {
            JsonNode target = root.path(platform.targetName());
            String digest = target.path("containerimage.digest").asText();
            if (digest.isEmpty()) {
                throw new BuildxException("buildx reported no digest for " + platform + ".");
            }
            long size = target.path("containerimage.descriptor").path("size").asLong(-1);
            images.add(new BuiltImage(platform, request.pushTag().at(new Digest(digest)), size));
        }
        return images;
    }
}
