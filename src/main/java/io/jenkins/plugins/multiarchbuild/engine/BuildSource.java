package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.regex.Pattern;

/**
 * Where the source of a build is.
 *
 * @param context a directory relative to the workspace, or a Git or HTTP URL that BuildKit fetches itself
 * @param dockerfile path of the Dockerfile in the context, or null for the context's {@code Dockerfile}
 * @param dockerfiles paths in the context of the Dockerfiles that single platforms have of their own
 */
public record BuildSource(
        @NonNull String context,
        @CheckForNull String dockerfile,
        @NonNull PlatformMap dockerfiles) {

    /** What {@code docker build} takes for a remote context. */
    private static final Pattern REMOTE =
            Pattern.compile("(?i)(?:https?|git|ssh)://.*|git@[^:]+:.*|github\\.com/.*", Pattern.DOTALL);

    /** The workspace itself with its {@code Dockerfile}. */
    public static final BuildSource WORKSPACE = new BuildSource(".", null, PlatformMap.EMPTY);

    /** @throws InvalidRequestException if the context is nothing that can be built from */
    public BuildSource {
        context = context.isBlank() ? "." : context.trim();
        if (context.equals("-")) {
            throw new InvalidRequestException(
                    "The context '-' (standard input) cannot be used here. Name a directory or a Git or HTTP URL.");
        }
    }

    /** Whether BuildKit fetches the context itself, so that no agent needs the source. */
    public boolean isRemote() {
        return REMOTE.matcher(context).matches();
    }

    /** Path in the context of the Dockerfile that builds a platform. */
    @NonNull
    public String dockerfileFor(@NonNull Platform platform) {
        return dockerfiles.get(platform).orElse(dockerfile == null ? "Dockerfile" : dockerfile);
    }
}
