package io.jenkins.plugins.multiarchbuild.engine.docker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;

/** Reads JSON of bounded size from docker or a registry. */
public final class Json {

    private static final int MEGABYTE = 1 << 20;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(100).build())
            .build());

    private Json() {}

    /**
     * Reads an object.
     *
     * @param what names the text at the beginning of a message
     * @param megabytes the maximum length in units of 1,048,576 characters
     * @throws DockerException if it is longer or not a JSON object
     */
    @NonNull
    public static JsonNode readObject(@NonNull Sentence what, @NonNull String text, int megabytes)
            throws DockerException {
        if (text.length() > megabytes * MEGABYTE) {
            throw new DockerException(Sentence.of("Json.large", what, megabytes));
        }
        try {
            JsonNode root = MAPPER.readTree(text);
            if (root.isObject()) {
                return root;
            }
        } catch (JsonProcessingException e) {
            throw new DockerException(Sentence.of("Json.notReadable", what, e.getOriginalMessage()));
        }
        throw new DockerException(Sentence.of("Json.noObject", what));
    }
}
