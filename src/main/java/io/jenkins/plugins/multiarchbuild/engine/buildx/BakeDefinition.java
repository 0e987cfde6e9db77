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
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
        return text(tree(request, group, strategy, secrets));
    }

    static ObjectNode tree(BuildRequest request, BuildGroup group, PushStrategy strategy, BuildSecrets secrets) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode names = root.putObject("group").putObject("default").putArray("targets");
        ObjectNode targets = root.putObject("target");
        for (Platform platform : group.platforms()) {
            names.add(platform.targetName());
            ObjectNode target = targets.putObject(platform.targetName());
            writeTarget(target, request, platform, strategy);
            addAll(target, "secret", secrets.secretAttributes());
            addAll(target, "ssh", secrets.sshAttributes());
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
        return change(definition, target -> target.remove("no-cache"));
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
        return change(definition, target -> {
            String output = target.path("output").path(0).asText();
            if (output.startsWith("type=image,") && !output.contains(NO_ARTIFACTS)) {
                target.putArray("output").add(output + NO_ARTIFACTS);
            }
        });
    }

    /**
     * Returns the definition that writes each image into a directory of its own, as an
     * <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image layout</a>, instead of
     * pushing it. New layers are not compressed, and there are no attestations.
     *
     * @param definition the result of {@link #write}
     * @param directory the directory of the layouts, which are named {@link BakeFiles#layout}
     * @throws DockerException if it is not a definition
     */
    @NonNull
    public static String intoLayouts(
            @NonNull String definition, @NonNull List<Platform> platforms, @NonNull String directory)
            throws DockerException {
        return intoLayouts(definition, platforms, directory, target -> {
            target.putArray("attest").add("type=provenance,disabled=true");
            return "compression=uncompressed,";
        });
    }

    /**
     * Returns the definition that writes each image into a layout as {@link #intoLayouts} does, but as it would be
     * pushed: compressed and with its attestations.
     *
     * @param definition the result of {@link #write}
     * @param directory the directory of the layouts
     * @throws DockerException if it is not a definition
     */
    @NonNull
    public static String forArchive(
            @NonNull String definition, @NonNull List<Platform> platforms, @NonNull String directory)
            throws DockerException {
        return intoLayouts(
                definition,
                platforms,
                directory,
                target -> target.path("args").has(BuildOptions.SOURCE_DATE_EPOCH) ? "rewrite-timestamp=true," : "");
    }

    /** @param options changes a target, and returns attributes of its output, each with a comma behind it */
    private static String intoLayouts(
            String definition, List<Platform> platforms, String directory, Function<ObjectNode, String> options)
            throws DockerException {
        Map<String, String> layouts =
                platforms.stream().collect(Collectors.toMap(Platform::toString, BakeFiles::layout));
        return change(definition, target -> {
            String layout = layouts.get(target.path("platforms").path(0).asText());
            String attributes = options.apply(target);
            target.putArray("output").add("type=oci,tar=false," + attributes + destination(directory + "/" + layout));
        });
    }

    /** An output's destination. Buildx reads the output as a line of CSV, and directories are named after jobs. */
    static String destination(String path) {
        return '"' + literal("dest=" + path).replace("\"", "\"\"") + '"';
    }

    private static String change(String definition, Consumer<ObjectNode> change) throws DockerException {
        try {
            JsonNode root = JSON.readTree(definition);
            for (JsonNode target : root.path("target")) {
                if (target instanceof ObjectNode node) {
                    change.accept(node);
                }
            }
            return text(root);
        } catch (JsonProcessingException e) {
            throw new DockerException("The bake definition cannot be read: " + e.getOriginalMessage());
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

    private static void writeTarget(ObjectNode target, BuildRequest request, Platform platform, PushStrategy strategy) {
        target.put("context", literal(request.source().context()));
        target.put("dockerfile", literal(request.source().dockerfileFor(platform)));
        target.putArray("platforms").add(platform.toString());
        BuildOptions options = request.options();
        putAll(target, "args", options.buildArgs().of(platform));
        putAll(target, "labels", options.labels().of(platform));
        options.target().get(platform).ifPresent(stage -> target.put("target", literal(stage)));
        putAll(target, "contexts", request.source().contexts().sources().of(platform));
        CacheOptions cache = options.cache();
        addAll(target, "cache-from", cache.fromFor(platform));
        addAll(target, "cache-to", cache.toFor(platform));
        if (cache.pull()) {
            target.put("pull", true);
        }
        if (cache.noCache()) {
            target.put("no-cache", true);
        }
        writeRun(target, options.run());
        addAttestation(target, "provenance", options.provenance());
        addAttestation(target, "sbom", options.sbom());
        writeOutput(target, request, platform, strategy);
    }

    private static void writeOutput(ObjectNode target, BuildRequest request, Platform platform, PushStrategy strategy) {
        ArrayNode output = target.putArray("output");
        if (strategy == PushStrategy.NONE) {
            output.add("type=cacheonly");
            return;
        }
        String more = moreOutput(request.options(), platform, strategy);
        if (strategy == PushStrategy.BY_DIGEST) {
            output.add("type=image,name=" + request.pushTag().repository()
                    + ",push-by-digest=true,name-canonical=true,push=true,store=false" + more);
        } else {
            output.add("type=image,push=true" + more);
            target.putArray("tags")
                    .add(request.archTags().tag(request.pushTag(), platform).toString());
        }
    }

    private static void writeRun(ObjectNode target, RunOptions run) {
        if (run.network() != null) {
            target.put("network", run.network());
        }
        if (run.shmSize() != null) {
            target.put("shm-size", run.shmSize());
        }
        addAll(target, "ulimits", run.ulimits());
        putAll(target, "extra-hosts", run.hosts());
        addAll(target, "entitlements", run.entitlements());
    }

    private static void addAttestation(ObjectNode target, String type, @CheckForNull String value) {
        if (value != null) {
            String attributes =
                    switch (value) {
                        case "true" -> "";
                        case "false" -> ",disabled=true";
                        default -> "," + literal(value);
                    };
            target.withArray("attest").add("type=" + type + attributes);
        }
    }

    private static String moreOutput(BuildOptions options, Platform platform, PushStrategy strategy) {
        // only an index with OCI's media types can have annotations
        String mediaTypes = options.wantsAnnotations() ? ",oci-mediatypes=true" : "";
        // the docker driver unpacks what it builds, which BuildKit cannot combine with rewriting
        String timestamps =
                options.isReproducible(platform) && strategy == PushStrategy.BY_DIGEST ? ",rewrite-timestamp=true" : "";
        return mediaTypes + timestamps;
    }

    private static void addAll(ObjectNode target, String attribute, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode node = target.putArray(attribute);
            values.forEach(value -> node.add(literal(value)));
        }
    }

    private static void putAll(ObjectNode target, String attribute, Map<String, String> values) {
        if (!values.isEmpty()) {
            ObjectNode node = target.putObject(attribute);
            values.forEach((name, value) -> node.put(literal(name), literal(value)));
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
