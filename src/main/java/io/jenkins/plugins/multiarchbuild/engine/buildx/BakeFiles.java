package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;

/** Names of the files of a bake, which has a directory of its own. */
public final class BakeFiles {

    /** The {@link BakeDefinition}. */
    public static final String DEFINITION = "plan.json";

    /** The definition that exports the files of images, see {@link ImageBakes}. */
    public static final String EXPORT = "export.json";

    /** The {@link MetadataFile}. */
    public static final String METADATA = "metadata.json";

    /** A copy of what buildx writes to the log. */
    public static final String LOG = "bake.log";

    /**
     * When the log got which size, one line each: a time when it had not got it yet, one when it had, and the size in
     * bytes.
     */
    public static final String TIMES = "times";

    /** The exit code of buildx, for when Jenkins does not know it any more. */
    public static final String EXIT = "exit";

    private BakeFiles() {}

    /** The directory of a platform's image that is not pushed, see {@link BakeDefinition#intoLayouts}. */
    @NonNull
    public static String layout(@NonNull ImageKey image) {
        return image.name() + ".oci";
    }
}
