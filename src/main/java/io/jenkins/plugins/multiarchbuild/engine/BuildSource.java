package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the source of a build is.
 *
 * @param context a directory relative to the workspace, or a Git or HTTP URL that BuildKit fetches itself
 * @param dockerfile path of the Dockerfile in the context, or null for the context's {@code Dockerfile}
 * @param dockerfiles paths in the context of the Dockerfiles that single platforms have of their own
 * @param contexts further contexts that the Dockerfile may name
 */
public record BuildSource(
        @NonNull String context,
        @CheckForNull String dockerfile,
        @NonNull PlatformMap dockerfiles,
        @NonNull NamedContexts contexts) {

    /** What {@code docker build} takes for a remote context. */
    private static final Pattern REMOTE =
            Pattern.compile("(?i)(?:https?|git|ssh)://.*|git@[^:]+:.*|github\\.com/.*", Pattern.DOTALL);

    private static final Pattern ABSOLUTE = Pattern.compile("(?:[/\\\\]|[a-zA-Z]:).*", Pattern.DOTALL);

    private static final Pattern OUTSIDE = Pattern.compile("(?:.*[/\\\\])?\\.\\.(?:[/\\\\].*)?", Pattern.DOTALL);

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

    /** A source without further contexts. */
    public BuildSource(@NonNull String context, @CheckForNull String dockerfile, @NonNull PlatformMap dockerfiles) {
        this(context, dockerfile, dockerfiles, NamedContexts.NONE);
    }

    /** Whether BuildKit fetches the context itself. */
    public boolean isRemote() {
        return isRemote(context);
    }

    /** Whether an agent needs nothing of the workspace. */
    public boolean isAllRemote() {
        return isRemote() && contexts.directories().isEmpty();
    }

    /**
     * The directories that another agent needs of the workspace: the context, if it is one, and those of further contexts.
     * Absolute paths of further contexts mean what is there on each agent.
     *
     * @throws InvalidRequestException if a further context is outside of the workspace
     */
    @NonNull
    public List<String> directories() {
        Set<String> directories = new LinkedHashSet<>(isRemote() ? List.of() : List.of(context));
        contexts.directories().forEach((name, path) -> {
            if (OUTSIDE.matcher(path).matches()) {
                throw new InvalidRequestException(
                        "buildContexts: '" + path + "' for '" + name + "' is outside of the current"
                                + " directory and does not go to other agents. Call the step in a directory above both (dir),"
                                + " or give a stash or a URL.");
            }
            if (!ABSOLUTE.matcher(path).matches()) {
                directories.add(path);
            }
        });
        return List.copyOf(directories);
    }

    static boolean isRemote(String context) {
        return REMOTE.matcher(context).matches();
    }

    /** Path in the context of the Dockerfile that builds a platform. */
    @NonNull
    public String dockerfileFor(@NonNull Platform platform) {
        return dockerfiles.get(platform).orElse(dockerfile == null ? "Dockerfile" : dockerfile);
    }
}
