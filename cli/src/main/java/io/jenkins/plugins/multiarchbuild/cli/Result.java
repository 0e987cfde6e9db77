package io.jenkins.plugins.multiarchbuild.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ImageIndex;
import java.util.List;

/**
 * What a build came to.
 *
 * @param tags the base tags
 * @param published what they point at now, or null if nothing was published
 * @param images the platforms' images
 */
record Result(
        @NonNull List<ImageReference> tags, @CheckForNull ImageIndex published, @NonNull List<BuiltImage> images) {

    /** A JSON object with the same names as the properties of the Pipeline step's result. */
    @NonNull
    String toJson() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        if (published != null) {
            root.put("digest", published.digest().value());
            root.put("reference", tags.get(0).at(published.digest()).toString());
            ArrayNode names = root.putArray("tags");
            tags.forEach(tag -> names.add(tag.toString()));
        }
        ArrayNode references = root.putArray("references");
        ArrayNode platforms = root.putArray("platforms");
        for (BuiltImage image : images) {
            references.add(image.reference().toString());
            platforms
                    .addObject()
                    .put("platform", image.platform().toString())
                    .put("digest", image.reference().digest().value())
                    .put("reference", image.reference().toString())
                    .put("size", image.size());
        }
        return root.toPrettyString();
    }

    /** A few lines for a person. */
    @NonNull
    String toText() {
        StringBuilder text = new StringBuilder();
        images.forEach(image -> text.append(image.platform())
                .append("  ")
                .append(image.reference())
                .append('\n'));
        if (published == null) {
            return text + "Not published: no tag has been moved.";
        }
        tags.forEach(tag -> text.append("Published ").append(tag).append('\n'));
        return text + "Digest " + published.digest();
    }
}
