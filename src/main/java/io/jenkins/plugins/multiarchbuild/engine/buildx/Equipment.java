package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.Json;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a machine has to build with, as far as it answers. The texts are as the machine sent them, of any length.
 *
 * @param client the version of {@code docker}, or null if it is not known
 * @param engine the version of the engine, or null if it is not known or does not answer; some builders need none
 * @param buildx the version of buildx, or null if it is not known
 * @param builder the builder, or null if it cannot be used
 * @param problems what keeps it from building, with what to do about it; each is one line
 */
public record Equipment(
        @CheckForNull String client,
        @CheckForNull String engine,
        @CheckForNull String buildx,
        @CheckForNull Builder builder,
        @NonNull List<Sentence> problems) {

    public Equipment {
        problems = List.copyOf(problems);
    }

    /**
     * Asks a machine. A builder that does not run is started, as before a build.
     *
     * @param builder name of the builder, or null for the current one
     * @param platforms what the builder is to build; may be empty
     * @throws IOException if the machine cannot be reached
     */
    @NonNull
    public static Equipment of(@NonNull Docker docker, @CheckForNull String builder, @NonNull List<Platform> platforms)
            throws IOException, InterruptedException {
        String client = null;
        String engine = null;
        String buildx = null;
        Builder found = null;
        List<Sentence> problems = new ArrayList<>();
        try {
            JsonNode versions = versions(docker.run(List.of("version", "--format", "{{json .}}")));
            client = text(versions.path("Client").path("Version"));
            engine = text(versions.path("Server").path("Version"));
            Docker.Output version = docker.run(Builder.command(null, "version"));
            if (version.succeeded()) {
                buildx = printed(version.stdout());
                check(BuildxVersion.parse(version.stdout()), problems);
            }
            // also says what is wrong if there is no buildx
            found = Builder.inspect(docker, builder);
            Preflight.checkPlatforms(found, platforms);
        } catch (DockerException e) {
            problems.add(e.sentence());
        }
        return new Equipment(client, engine, buildx, found, problems);
    }

    private static void check(BuildxVersion version, List<Sentence> problems) {
        try {
            version.check();
        } catch (DockerException e) {
            problems.add(e.sentence());
        }
    }

    /** Reads the client's part even if the engine does not answer, which makes the command fail. */
    private static JsonNode versions(Docker.Output output) {
        try {
            return Json.readObject(Sentence.of("Equipment.version"), output.stdout(), 1);
        } catch (DockerException e) {
            return MissingNode.getInstance();
        }
    }

    @CheckForNull
    private static String text(JsonNode node) {
        return node.asText("").isEmpty() ? null : node.asText();
    }

    /** Returns the version of {@code github.com/docker/buildx v0.29.1 a32761a}. */
    private static String printed(String text) {
        String[] words = text.strip().split("\\s+");
        return words.length > 1 ? words[1] : words[0];
    }
}
