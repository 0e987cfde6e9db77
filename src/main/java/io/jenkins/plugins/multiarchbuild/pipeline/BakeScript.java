package io.jenkins.plugins.multiarchbuild.pipeline;

/**
 * The scripts that run buildx, always the same: whatever differs from build to build is in the environment or in the bake
 * definition, so that no shell reads it.
 */
public final class BakeScript {

    /** The environment variable with the directory of the build group. */
    static final String DIRECTORY = "MULTI_ARCH_BUILD";

    /** The environment variable with a flag that allows what the definition wants, or with nothing. */
    static final String ALLOW = "MULTI_ARCH_BUILD_ALLOW";

    static final String DEFINITION = "plan.json";
    static final String METADATA = "metadata.json";
    static final String LOG = "bake.log";

    /** For agents with a Bourne shell; keeps a copy of the log, to name the platform that failed. */
    public static final String UNIX = """
            #!/bin/sh
            {
              docker buildx bake $MULTI_ARCH_BUILD_ALLOW --file "$MULTI_ARCH_BUILD/plan.json" \\
                --metadata-file "$MULTI_ARCH_BUILD/metadata.json" --progress plain 2>&1
              echo $? > "$MULTI_ARCH_BUILD/exit"
            } | tee "$MULTI_ARCH_BUILD/bake.log"
            exit "$(cat "$MULTI_ARCH_BUILD/exit")"
            """;

    /** For Windows agents. */
    public static final String WINDOWS = """
            @docker buildx bake %MULTI_ARCH_BUILD_ALLOW% --file "%MULTI_ARCH_BUILD%\\plan.json" ^
              --metadata-file "%MULTI_ARCH_BUILD%\\metadata.json" --progress plain
            """;

    private BakeScript() {}
}
