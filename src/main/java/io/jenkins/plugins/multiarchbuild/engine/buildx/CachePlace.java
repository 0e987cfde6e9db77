package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.Json;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a builder keeps its cache.
 *
 * @param machine the name of the machine, as {@code uname -n} prints it there
 * @param directories the engine's directory, which exists there, and others that may exist; the cache is in one of them
 */
public record CachePlace(@NonNull String machine, @NonNull List<String> directories) {

    /** Where containerd keeps images, unless it is told otherwise or the engine has started it. */
    private static final String CONTAINERD = "/var/lib/containerd";

    public CachePlace {
        directories = List.copyOf(directories);
    }

    /**
     * Asks the engine that a builder runs on.
     *
     * @return empty for a builder of several nodes, and for one that does not run on an engine
     */
    @NonNull
    public static Optional<CachePlace> of(@NonNull Docker docker, @NonNull Builder builder)
            throws IOException, InterruptedException {
        boolean container = builder.driver().equals("docker-container");
        if (builder.endpoints().size() != 1 || !(container || builder.driver().equals("docker"))) {
            return Optional.empty();
        }
        try {
            List<String> command = new ArrayList<>();
            if (container) {
                String endpoint = builder.endpoints().get(0);
                command.addAll(List.of(endpoint.contains("://") ? "--host" : "--context", endpoint));
            }
            command.addAll(List.of("info", "--format", "{{json .}}"));
            JsonNode info = Json.readObject(
                    Sentence.of("CachePlace.answer"), docker.run(command).stdout(), 1);
            String root = info.path("DockerRootDir").asText("");
            if (root.isEmpty()) {
                return Optional.empty();
            }
            List<String> directories = new ArrayList<>(List.of(root));
            if (!container && !builder.classicStore()) {
                directories.add(CONTAINERD);
            }
            return Optional.of(new CachePlace(info.path("Name").asText(""), directories));
        } catch (DockerException e) {
            // nothing depends on it
            return Optional.empty();
        }
    }
}
