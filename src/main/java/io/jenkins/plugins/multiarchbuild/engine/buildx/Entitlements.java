package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import java.io.IOException;

/** What a bake must be <a href="https://docs.docker.com/reference/cli/docker/buildx/bake/#allow">allowed</a> beside its definition. */
public final class Entitlements {

    private Entitlements() {}

    /** The flag of the command line that allows what a build wants, or nothing: buildx before 0.17 has none and asks for none. */
    @NonNull
    public static String flag(@NonNull Docker docker, @NonNull BuildOptions options)
            throws IOException, InterruptedException, BuildxException {
        boolean wanted = options.isHostNetwork()
                && docker.run(Builder.command(null, "bake", "--help")).stdout().contains("--allow ");
        return wanted ? "--allow=network.host" : "";
    }
}
