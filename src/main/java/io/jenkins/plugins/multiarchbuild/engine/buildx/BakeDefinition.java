package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.List;
import java.util.Map;

/**
 * Writes the <a href="https://docs.docker.com/build/bake/reference/">bake definition</a> of a build group: a target for each
 * of its platforms. It is the only way by which user text reaches buildx, as data in a file that no shell reads. One thing
 * changes on the way: bake brings all text into Unicode's normal form C.
 */
public final class BakeDefinition {

    private static final ObjectMapper JSON = new ObjectMapper();

    private BakeDefinition() {}

    /** The definition as JSON, the targets named after {@link Platform#targetName()} and all in the group {@code default}. */
    @NonNull
    public static String write(
            @NonNull BuildRequest request, @NonNull BuildGroup group, @NonNull PushStrategy strategy) {
        return write(request, group, strategy, BuildSecrets.NONE);
    }

    /** The definition as JSON, with files on the agent that the build may look into. */
    @NonNull
    public static String write(
            @NonNull BuildRequest request,
            @NonNull BuildGroup group,
            @NonNull PushStrategy strategy,
            @NonNull BuildSecrets secrets) {
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
        return root.toPrettyString() + "\n";
    }

    /** The command line, without {@code docker}, that builds a definition and writes the metadata file. */
    @NonNull
    public static List<String> command(
            @NonNull BuildRequest request, @NonNull String definition, @NonNull String metadataFile) {
        List<String> command = Builder.command(request.builder(), "bake");
        command.addAll(List.of("--file", definition, "--metadata-file", metadataFile, "--progress", "plain"));
        return command;
    }

    private static void writeTarget(ObjectNode target, BuildRequest request, Platform platform, PushStrategy strategy) {
        target.put("context", literal(request.source().context()));
        target.put("dockerfile", literal(request.source().dockerfileFor(platform)));
        target.putArray("platforms").add(platform.toString());
        BuildOptions options = request.options();
        putAll(target, "args", options.buildArgs());
        putAll(target, "labels", options.labels());
        String stage = options.target();
        if (stage != null) {
            target.put("target", literal(stage));
        }
        putAll(target, "contexts", request.source().contexts().sources());
        CacheOptions cache = options.cache();
        addAll(target, "cache-from", cache.fromFor(platform));
        addAll(target, "cache-to", cache.toFor(platform));
        if (cache.pull()) {
            target.put("pull", true);
        }
        if (cache.noCache()) {
            target.put("no-cache", true);
        }
        if (options.network() != null) {
            target.put("network", options.network());
        }
        addAttestation(target, "provenance", options.provenance());
        addAttestation(target, "sbom", options.sbom());
        ArrayNode output = target.putArray("output");
        String more = moreOutput(options, strategy);
        if (strategy == PushStrategy.BY_DIGEST) {
            output.add("type=image,name=" + request.pushTag().repository()
                    + ",push-by-digest=true,name-canonical=true,push=true,store=false" + more);
        } else {
            output.add("type=image,push=true" + more);
            target.putArray("tags")
                    .add(request.archTags().tag(request.pushTag(), platform).toString());
        }
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

    private static String moreOutput(BuildOptions options, PushStrategy strategy) {
        // only an index of OCI's media types has annotations
        String mediaTypes = options.annotations().isEmpty() ? "" : ",oci-mediatypes=true";
        // the engine's own builder unpacks what it builds, and BuildKit cannot do both
        String timestamps =
                options.isReproducible() && strategy == PushStrategy.BY_DIGEST ? ",rewrite-timestamp=true" : "";
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

    /** Bake interpolates the strings and keys of its JSON as HCL templates; doubling the sign stops that. */
    private static String literal(String text) {
        return text.replace("${", "$${").replace("%{", "%%{");
    }
}
