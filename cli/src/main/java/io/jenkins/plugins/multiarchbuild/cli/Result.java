package io.jenkins.plugins.multiarchbuild.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The result of one image of a build.
 *
 * @param tags the base tags
 * @param published what the tags point at, or null if nothing was published
 * @param platforms the platforms that were built
 * @param images the platforms' images; empty if nothing was pushed
 * @param archive the archive that was written, or null
 * @param archived the digest of the image index in it, or null
 */
record Result(
        @NonNull List<ImageReference> tags,
        @CheckForNull Manifest published,
        @NonNull List<Platform> platforms,
        @NonNull List<BuiltImage> images,
        @CheckForNull Path archive,
        @CheckForNull Digest archived) {

    /**
     * Returns a JSON object with the properties of the Pipeline step's result.
     *
     * @param results by the name of the target
     * @param bake whether they come from a bake file, so that each can be found by its name
     */
    @NonNull
    static String toJson(@NonNull Map<String, Result> results, boolean bake) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        if (results.size() == 1) {
            results.values().forEach(only -> only.write(root, null));
        } else {
            for (String field : List.of("tags", "references", "platforms")) {
                root.putArray(field);
            }
            results.forEach((target, each) -> {
                ObjectNode own = each.write(root.objectNode(), target);
                own.properties().forEach(entry -> {
                    if (entry.getValue() instanceof ArrayNode items) {
                        root.withArray(entry.getKey()).addAll(items);
                    }
                });
            });
        }
        if (bake) {
            ObjectNode images = root.putObject("images");
            results.forEach((target, each) -> each.write(images.putObject(target), results.size() == 1 ? null : target));
        }
        return root.toPrettyString();
    }

    /** @param target the target of the platforms, or null if there is only one */
    private ObjectNode write(ObjectNode root, @CheckForNull String target) {
        if (published != null) {
            root.put("digest", published.digest().value());
            root.put("reference", tags.get(0).at(published.digest()).toString());
            ArrayNode names = root.putArray("tags");
            tags.forEach(tag -> names.add(tag.toString()));
        }
        if (archive != null && archived != null) {
            root.put("digest", archived.value());
            root.put("archive", archive.toString());
        }
        ArrayNode references = root.putArray("references");
        ArrayNode built = root.putArray("platforms");
        if (images.isEmpty()) {
            platforms.forEach(platform -> named(built, target).put("platform", platform.toString()));
        }
        for (BuiltImage image : images) {
            references.add(image.reference().toString());
            named(built, target)
                    .put("platform", image.platform().toString())
                    .put("digest", image.image().knownDigest().value())
                    .put("reference", image.image().toString())
                    .put("attestedReference", image.reference().toString())
                    .put("size", image.size())
                    .put("layers", image.layers());
        }
        return root;
    }

    private static ObjectNode named(ArrayNode platforms, @CheckForNull String target) {
        return target == null ? platforms.addObject() : platforms.addObject().put("target", target);
    }

    /** Returns a few lines for people. */
    @NonNull
    static String toText(@NonNull Map<String, Result> results) {
        return results.entrySet().stream()
                .map(each -> (results.size() == 1 ? "" : each.getKey() + "\n") + each.getValue().toText())
                .collect(Collectors.joining("\n\n"));
    }

    private String toText() {
        StringBuilder text = new StringBuilder();
        if (images.isEmpty()) {
            platforms.forEach(platform -> text.append(platform).append("  built\n"));
            return text
                    + (archive == null
                            ? "Not pushed, not published."
                            : "Archived in " + archive + "\nDigest " + archived);
        }
        images.forEach(image ->
                text.append(image.platform()).append("  ").append(image.image()).append('\n'));
        if (published == null) {
            return text + "Not published: no tag has been moved.";
        }
        tags.forEach(tag -> text.append("Published ").append(tag).append('\n'));
        return text + "Digest " + published.digest();
    }
}
