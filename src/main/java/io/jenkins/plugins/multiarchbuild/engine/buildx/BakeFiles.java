package io.jenkins.plugins.multiarchbuild.engine.buildx;

/** Names of the files of a bake, which has a directory of its own. */
public final class BakeFiles {

    /** The {@link BakeDefinition}. */
    public static final String DEFINITION = "plan.json";

    /** The definition that exports the files of what was pushed, see {@link PushedImages}. */
    public static final String EXPORT = "export.json";

    /** The {@link MetadataFile}. */
    public static final String METADATA = "metadata.json";

    /** A copy of what buildx writes to the log. */
    public static final String LOG = "bake.log";

    private BakeFiles() {}
}
