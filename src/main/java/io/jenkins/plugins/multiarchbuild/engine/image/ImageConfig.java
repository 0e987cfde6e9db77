package io.jenkins.plugins.multiarchbuild.engine.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an image starts, after the
 * <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">OCI image configuration</a>.
 *
 * @param entrypoint its {@code ENTRYPOINT}
 * @param cmd its {@code CMD}
 * @param path the directories of its {@code PATH}; an empty one is the working directory
 * @param workingDirectory its {@code WORKDIR}
 * @param history the instructions that made it, as far as they are recorded
 * @param diffIds the digest of each layer's uncompressed content, the lowest first
 */
public record ImageConfig(
        @NonNull List<String> entrypoint,
        @NonNull List<String> cmd,
        @NonNull List<String> path,
        @NonNull String workingDirectory,
        @NonNull List<String> history,
        @NonNull List<String> diffIds)
        implements Serializable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the container runtime takes if the image sets none. */
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final int LONGEST_INSTRUCTION = 200;

    public ImageConfig {
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        path = List.copyOf(path);
        history = List.copyOf(history);
        diffIds = List.copyOf(diffIds);
    }

    /**
     * Reads what {@code docker buildx imagetools inspect --format '{{json .Image}}'} prints.
     *
     * @param printed a configuration, or one by platform
     * @throws DockerException if it is neither
     */
    @NonNull
    public static ImageConfig parse(@NonNull String printed, @NonNull Platform platform) throws DockerException {
        JsonNode root;
        try {
            root = JSON.readTree(printed);
        } catch (JsonProcessingException e) {
            throw new DockerException(Sentence.of("ImageConfig.notReadable", e.getOriginalMessage()));
        }
        JsonNode image = root.has(platform.toString()) ? root.path(platform.toString()) : root;
        if (!image.path("architecture").isTextual()) {
            throw new DockerException(Sentence.of("ImageConfig.missing", platform));
        }
        JsonNode config = image.path("config");
        String variable = texts(config.path("Env")).stream()
                .filter(entry -> entry.startsWith("PATH="))
                .map(entry -> entry.substring("PATH=".length()))
                .findFirst()
                .orElse(DEFAULT_PATH);
        String directory = config.path("WorkingDir").asText();
        List<String> history = new ArrayList<>();
        for (JsonNode step : image.path("history")) {
            history.add(step.path("created_by").asText());
        }
        return new ImageConfig(
                texts(config.path("Entrypoint")),
                texts(config.path("Cmd")),
                List.of(variable.split(":", -1)),
                directory.isEmpty() ? "/" : directory,
                history,
                texts(image.path("rootfs").path("diff_ids")));
    }

    /**
     * Reads the digest of the configuration in an
     * <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">image manifest</a>.
     *
     * @throws DockerException if it is not the manifest of an image
     */
    @NonNull
    public static Digest digest(@NonNull String manifest) throws DockerException {
        try {
            String digest =
                    JSON.readTree(manifest).path("config").path("digest").asText();
            if (Digest.isValid(digest)) {
                return new Digest(digest);
            }
            throw new DockerException(Sentence.of("ImageConfig.none"));
        } catch (JsonProcessingException e) {
            throw new DockerException(Sentence.of("ImageConfig.manifest", e.getOriginalMessage()));
        }
    }

    /** The last recorded {@code COPY} or {@code ADD} that names a file: {@code COPY app /usr/bin/app}. */
    @NonNull
    Optional<String> origin(@NonNull String file) {
        Pattern name = Pattern.compile("(?:COPY|ADD) .*(?<![\\w.-])" + Pattern.quote(file) + "(?![\\w./-]).*");
        return history.stream()
                .map(step -> step.replaceFirst(" # buildkit$", ""))
                .filter(step -> name.matcher(step).matches())
                .reduce((first, second) -> second)
                .map(step -> step.substring(0, Math.min(step.length(), LONGEST_INSTRUCTION)));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
