package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes the <a href="https://docs.docker.com/build/bake/reference/">bake definition</a> of a build group: one target
 * per platform. All user text reaches buildx in it, as data in a file that no shell reads. Bake changes one thing: it
 * converts text to Unicode's normalization form C.
 */
public final class BakeDefinition {

    /** ASCII only: bake's parser combines some other characters with the quote that follows them. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private static final ObjectMapper WORDS =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final String NO_ARTIFACTS = ",oci-artifact=false";

    private BakeDefinition() {}

    /**
     * Returns the definition as JSON; the targets are named {@link Platform#targetName()} and form the group
     * {@code default}.
     */
    @NonNull
    public static String write(
            @NonNull BuildRequest request, @NonNull BuildGroup group, @NonNull PushStrategy strategy) {
        return write(request, group, strategy, BuildSecrets.NONE);
    }

    /** Returns the definition as JSON, with secret files on the agent. */
    @NonNull
    public static String write(
            @NonNull BuildRequest request,
            @NonNull BuildGroup group,
            @NonNull PushStrategy strategy,
            @NonNull BuildSecrets secrets) {
        return write(BakeTargets.of(request), group, strategy, secrets);
    }

    /**
     * Returns the definition of what a bake file describes as JSON; the targets are named {@link ImageKey#name}, and
     * those with a result form the group {@code default}.
     */
    @NonNull
    public static String write(
            @NonNull BakeTargets all,
            @NonNull BuildGroup group,
            @NonNull PushStrategy strategy,
            @NonNull BuildSecrets secrets) {
        return text(tree(all, group, strategy, secrets));
    }

    static ObjectNode tree(BakeTargets all, BuildGroup group, PushStrategy strategy, BuildSecrets secrets) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode names = root.putObject("group").putObject("default").putArray("targets");
        ObjectNode targets = root.putObject("target");
        for (Platform platform : group.platforms()) {
            for (BakeTarget image : all.images()) {
                String name = all.key(image.name(), platform).name();
                names.add(name);
                new TargetWriter(targets.putObject(name), all, platform, secrets).write(image, strategy);
            }
            for (BakeTarget link : all.links()) {
                String name = all.key(link.name(), platform).name();
                new TargetWriter(targets.putObject(name), all, platform, secrets).write(link, PushStrategy.NONE);
            }
        }
        return root;
    }

    /**
     * Returns the definition that pushes again what was built with another.
     *
     * @param definition the result of {@link #write}
     * @throws DockerException if it is not a definition
     */
    @NonNull
    public static String again(@NonNull String definition) throws DockerException {
        // it was built without the cache, which holds it now
        return change(definition, (name, target) -> target.remove(List.of("no-cache", "no-cache-filter")));
    }

    /**
     * Returns the definition that stores attestations as older versions of BuildKit do and not as OCI artifacts: they
     * have no {@code subject} then. BuildKit before 0.19 ignores the difference.
     *
     * @param definition the result of {@link #write}
     * @throws DockerException if it is not a definition
     */
    @NonNull
    public static String withoutArtifacts(@NonNull String definition) throws DockerException {
        return change(definition, (name, target) -> {
            String output = target.path("output").path(0).asText();
            if (output.startsWith("type=image,") && !output.contains(NO_ARTIFACTS)) {
                target.putArray("output").add(output + NO_ARTIFACTS);
            }
        });
    }

    /**
     * Returns the definition that writes each image into a directory of its own, as an
     * <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image layout</a>, instead of
     * pushing it, without attestations. Layers are compressed, since a later push takes them from the builder's cache.
     *
     * @param definition the result of {@link #write}
     * @param directory the directory of the layouts, which are named {@link BakeFiles#layout}
     * @throws DockerException if it is not a definition
     */
    @NonNull
    public static String intoLayouts(
            @NonNull String definition, @NonNull List<ImageKey> images, @NonNull String directory)
            throws DockerException {
        return intoLayouts(definition, images, directory, target -> {
            target.putArray("attest").add("type=provenance,disabled=true");
            return "";
        });
    }

    /**
     * Returns the definition that writes each image into a layout as {@link #intoLayouts} does, but as it would be
     * pushed, with its attestations.
     *
     * @param definition the result of {@link #write}
     * @param directory the directory of the layouts
     * @throws DockerException if it is not a definition
     */
    @NonNull
    public static String forArchive(
            @NonNull String definition, @NonNull List<ImageKey> images, @NonNull String directory)
            throws DockerException {
        return intoLayouts(
                definition,
                images,
                directory,
                target -> target.path("args").has(BuildOptions.SOURCE_DATE_EPOCH) ? "rewrite-timestamp=true," : "");
    }

    /** @param options changes a target, and returns attributes of its output, each with a comma behind it */
    private static String intoLayouts(
            String definition, List<ImageKey> images, String directory, Function<ObjectNode, String> options)
            throws DockerException {
        Map<String, String> layouts = images.stream().collect(Collectors.toMap(ImageKey::name, BakeFiles::layout));
        return change(definition, (name, target) -> {
            String layout = layouts.get(name);
            // what images are built on has no result of its own
            if (layout != null) {
                String attributes = options.apply(target);
                target.putArray("output")
                        .add("type=oci,tar=false," + attributes + destination(directory + "/" + layout));
            }
        });
    }

    /** An output's destination. Buildx reads the output as a line of CSV, and directories are named after jobs. */
    static String destination(String path) {
        return '"' + literal("dest=" + path).replace("\"", "\"\"") + '"';
    }

    /** @param change gets the name of a target, and the target */
    private static String change(String definition, BiConsumer<String, ObjectNode> change) throws DockerException {
        try {
            JsonNode root = JSON.readTree(definition);
            for (Map.Entry<String, JsonNode> target : root.path("target").properties()) {
                if (target.getValue() instanceof ObjectNode node) {
                    change.accept(target.getKey(), node);
                }
            }
            return text(root);
        } catch (JsonProcessingException e) {
            throw new DockerException(Sentence.of("BakeDefinition.notReadable", e.getOriginalMessage()));
        }
    }

    /** Returns the arguments of {@code docker} that build a definition and write the metadata file. */
    @NonNull
    public static List<String> command(
            @NonNull BuildRequest request, @NonNull String definition, @NonNull String metadataFile) {
        List<String> command = Builder.command(request.builder(), "bake");
        command.addAll(List.of("--file", definition, "--metadata-file", metadataFile, "--progress", "plain"));
        return command;
    }

    static ObjectNode newObject() {
        return JSON.createObjectNode();
    }

    /**
     * Returns the arguments of {@code docker} that build one target of a definition.
     *
     * @param builder name of the builder, or null for the current one
     */
    @NonNull
    public static List<String> command(
            @CheckForNull String builder, @NonNull String definition, @NonNull String target) {
        List<String> command = Builder.command(builder, "bake");
        command.addAll(List.of("--file", definition, "--progress", "plain", target));
        return command;
    }

    /** Returns words as a JSON array on one line, which no part of a Dockerfile's syntax reads but as such. */
    static String words(List<String> words) {
        try {
            // "<<" begins a here-document
            return WORDS.writeValueAsString(words).replace("<", "\\u003c");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a list of texts can always be written", e);
        }
    }

    static String text(JsonNode root) {
        try {
            return JSON.writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can always be written", e);
        }
    }

    /**
     * Escapes text for bake, which evaluates the strings and keys of its JSON as HCL templates and drops one leading
     * byte order mark.
     */
    static String literal(String text) {
        String mark = text.startsWith("\ufeff") ? "\ufeff" : "";
        return mark + text.replace("${", "$${").replace("%{", "%%{");
    }
}
