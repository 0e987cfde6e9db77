package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import java.util.List;

/**
 * Bake definitions that start from images which were built, by digest. What they read or run is therefore what will be
 * published, and not what the builder would build now. The builder has the layers in its cache and pulls none of them.
 */
public final class ImageBakes {

    /** A named context that takes the place of a stage: the image's {@code ONBUILD} instructions do not run. */
    private static final String STAGE = "FROM scratch AS image\n";

    /** Name of the stage that runs a command. */
    static final String RUN_STAGE = "smoke-test";

    private ImageBakes() {}

    /**
     * What is exported of an image.
     *
     * @param name the name of its target, different for each export of a definition
     * @param image the image
     * @param output the output of its target, as {@code buildx build --output} takes it
     */
    public record Export(
            @NonNull String name,
            @NonNull CheckedImage image,
            @NonNull String output) {

        /**
         * All files of an image as a tar archive that is named {@link ImageKey#name()}.
         *
         * @param directory the directory of the archive
         */
        @NonNull
        public static Export files(@NonNull CheckedImage image, @NonNull String directory) {
            String name = image.key().name();
            return new Export(name, image, "type=tar," + BakeDefinition.destination(directory + "/" + name));
        }

        /**
         * An image as a layout. Buildx leaves out the layers that the layout has already.
         *
         * @param directory the directory of the layout
         */
        @NonNull
        public static Export layers(@NonNull CheckedImage image, @NonNull String directory) {
            return new Export(
                    image.key().name() + "-layers",
                    image,
                    "type=oci,tar=false," + BakeDefinition.destination(directory));
        }
    }

    /** Returns the definition that exports images. */
    @NonNull
    public static String export(@NonNull List<Export> exports) {
        ObjectNode root = BakeDefinition.newObject();
        ArrayNode names = root.putObject("group").putObject("default").putArray("targets");
        ObjectNode targets = root.putObject("target");
        for (Export export : exports) {
            names.add(export.name);
            target(targets.putObject(export.name), export.image, STAGE, "image")
                    .putArray("output")
                    .add(export.output);
        }
        return BakeDefinition.text(root);
    }

    /**
     * Returns the definition that runs a command in an image and keeps nothing of what it does. The command gets the
     * image's environment, user and working directory, and replaces {@code ENTRYPOINT} and {@code CMD}.
     *
     * @param network {@code none}, or {@code default} for the builder's own setting
     * @param user the user that runs it, or null for the image's own
     */
    @NonNull
    static String run(
            @NonNull CheckedImage image,
            @NonNull List<String> command,
            @NonNull String network,
            @CheckForNull String user) {
        ObjectNode root = BakeDefinition.newObject();
        String dockerfile = STAGE + "FROM image AS " + RUN_STAGE + "\n" + (user == null ? "" : "USER " + user + "\n")
                + "RUN " + (network.equals("none") ? "--network=none " : "") + BakeDefinition.words(command) + "\n";
        ObjectNode targets = root.putObject("target");
        ObjectNode target = target(targets.putObject(image.key().name()), image, dockerfile, RUN_STAGE);
        // what passed before may fail now
        target.put("no-cache", true);
        target.putArray("output").add("type=cacheonly");
        return BakeDefinition.text(root);
    }

    private static ObjectNode target(ObjectNode target, CheckedImage image, String dockerfile, String stage) {
        // nothing is read from it
        target.put("context", ".");
        target.put("dockerfile-inline", BakeDefinition.literal(dockerfile));
        target.put("target", stage);
        target.putObject("contexts").put("image", BakeDefinition.literal(image.context()));
        target.putArray("platforms").add(image.platform().toString());
        target.putArray("attest").add("type=provenance,disabled=true");
        return target;
    }
}
