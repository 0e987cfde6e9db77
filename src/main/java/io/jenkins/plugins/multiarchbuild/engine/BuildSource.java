package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The source of a build.
 *
 * @param context a directory relative to the workspace, or a Git or HTTP URL that BuildKit fetches itself
 * @param dockerfile path of the Dockerfile in the context, or null for the context's {@code Dockerfile}; the placeholders
 *     {@code ${arch}} ({@code arm64}), {@code ${uname}} ({@code aarch64}) and {@code ${platform}} ({@code linux-arm64})
 *     stand for those of the platform
 * @param dockerfiles paths in the context of Dockerfiles for single platforms
 * @param contexts named contexts that the Dockerfile may use
 * @param inline text of the Dockerfile of the platforms that are not in {@code dockerfiles}, or null if it is in a file
 */
public record BuildSource(
        @NonNull String context,
        @CheckForNull String dockerfile,
        @NonNull PlatformMap dockerfiles,
        @NonNull NamedContexts contexts,
        @CheckForNull String inline)
        implements Serializable {

    /** What {@code docker build} regards as a remote context. */
    private static final Pattern REMOTE =
            Pattern.compile("(?i)(?:https?|git|ssh)://.*|git@[^:]+:.*|github\\.com/.*", Pattern.DOTALL);

    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][\\w+.-]*://.*", Pattern.DOTALL);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^}]*}?");

    /** The workspace itself with its {@code Dockerfile}. */
    public static final BuildSource WORKSPACE = new BuildSource(".", null, PlatformMap.EMPTY);

    /** @throws InvalidRequestException if the context cannot be built from, or a placeholder is unknown */
    public BuildSource {
        context = context.isBlank() ? "." : context.trim();
        Text.name(Text.checked("context", context));
        if (isOtherScheme(context)) {
            throw new InvalidRequestException(Sentence.of("BuildSource.otherScheme", context));
        }
        checkDockerfile(dockerfile);
        dockerfiles.entries().values().forEach(BuildSource::checkDockerfile);
        if (context.equals("-")) {
            throw new InvalidRequestException(Sentence.of("BuildSource.standardInput"));
        }
        if (inline != null) {
            Text.checked("dockerfile-inline", inline);
        }
        if (dockerfile != null) {
            withoutPlaceholders(dockerfile, new Platform("linux", "arm64", null));
        }
    }

    /** Creates a source without named contexts. */
    public BuildSource(@NonNull String context, @CheckForNull String dockerfile, @NonNull PlatformMap dockerfiles) {
        this(context, dockerfile, dockerfiles, NamedContexts.NONE);
    }

    /** Creates a source with its Dockerfiles in files. */
    public BuildSource(
            @NonNull String context,
            @CheckForNull String dockerfile,
            @NonNull PlatformMap dockerfiles,
            @NonNull NamedContexts contexts) {
        this(context, dockerfile, dockerfiles, contexts, null);
    }

    /** Whether the Dockerfile of a platform is the text {@link #inline()} and not a file. */
    public boolean isInline(@NonNull Platform platform) {
        return inline != null && dockerfiles.get(platform).isEmpty();
    }

    /** Whether BuildKit fetches the context itself. */
    public boolean isRemote() {
        return isRemote(context);
    }

    /** Returns this source with another path to the same context. */
    @NonNull
    public BuildSource withContext(@NonNull String path) {
        return new BuildSource(path, dockerfile, dockerfiles, contexts, inline);
    }

    /** Whether an agent needs nothing from the workspace. */
    public boolean isAllRemote() {
        return isRemote() && contexts.directories().isEmpty();
    }

    /** Whether it has a Dockerfile for each key, and of everything else but paths what another source has. */
    public boolean hasExactly(@NonNull Set<String> dockerfileKeys, @NonNull BuildSource other) {
        return dockerfiles.entries().keySet().equals(dockerfileKeys)
                && contexts.sources().hasNamesOf(other.contexts.sources())
                && contexts.targets().equals(other.contexts.targets())
                && Objects.equals(inline, other.inline);
    }

    private static void checkDockerfile(@CheckForNull String path) {
        if (path == null) {
            return;
        }
        Text.name(Text.checked("dockerfile", path));
        // bake treats these specially
        if (path.equals("-") || path.startsWith("cwd://")) {
            throw new InvalidRequestException(Sentence.of("BuildSource.dockerfile", path));
        }
    }

    /** Whether a context looks like a URL but is none that a build can fetch, such as bake's {@code cwd://}. */
    static boolean isOtherScheme(String context) {
        return SCHEME.matcher(context).matches() && !isRemote(context);
    }

    static boolean isRemote(String context) {
        return REMOTE.matcher(context).matches();
    }

    /** Returns the path of a platform's Dockerfile in the context. */
    @NonNull
    public String dockerfileFor(@NonNull Platform platform) {
        return dockerfiles
                .get(platform)
                .orElseGet(() -> dockerfile == null ? "Dockerfile" : withoutPlaceholders(dockerfile, platform));
    }

    private static String withoutPlaceholders(String dockerfile, Platform platform) {
        return PLACEHOLDER.matcher(dockerfile).replaceAll(found -> switch (found.group()) {
            case "${arch}" -> platform.architecture();
            case "${uname}" -> platform.uname();
            case "${platform}" -> platform.toString().replace('/', '-');
            default -> throw new InvalidRequestException(Sentence.of("BuildSource.placeholder", found.group()));
        });
    }
}
