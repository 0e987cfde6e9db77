package io.jenkins.plugins.multiarchbuild.kept;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The paths of a source as they are in any other copy of it: relative to its top. It only compares texts; no agent is
 * asked.
 */
final class SourcePaths {

    private final String workspace;
    private final String directory;

    /**
     * @param workspace path of the top of the source; empty if it is not known, like the next one
     * @param directory path of the directory that relative paths are relative to
     */
    SourcePaths(@NonNull String workspace, @NonNull String directory) {
        this.workspace = slashes(workspace);
        this.directory = slashes(directory);
    }

    private static String slashes(String path) {
        return path.matches("[A-Za-z]:.*|\\\\.*") ? path.replace('\\', '/') : path;
    }

    /**
     * Returns the source with all of its paths relative to its top.
     *
     * @throws InvalidRequestException if one of them leads elsewhere
     */
    @NonNull
    BuildSource of(@NonNull BuildSource source, @NonNull List<Platform> platforms) {
        Map<String, String> dockerfiles = new LinkedHashMap<>();
        for (Platform platform : platforms) {
            String path = source.dockerfileFor(platform);
            if (isAbsolute(slashes(path)) && !source.isRemote()) {
                path = climb(of(source.context())) + of(path);
            }
            dockerfiles.put(platform.toString(), path);
        }
        Map<String, String> contexts = new LinkedHashMap<>();
        source.contexts().directories().forEach(path -> contexts.put(path, of(path)));
        return new BuildSource(
                source.isRemote() ? source.context() : of(source.context()),
                null,
                new PlatformMap(dockerfiles),
                source.contexts().withDirectories(contexts),
                source.inline());
    }

    /** Returns what leads from a directory below the top back to it. */
    private static String climb(String relative) {
        return relative.equals(".") ? "" : "../".repeat(relative.split("/").length);
    }

    private String of(String path) {
        String given = slashes(path);
        String whole = isAbsolute(given) ? given : directory + "/" + given;
        boolean isKnown = !isAbsolute(given) || !workspace.isEmpty();
        if (!isKnown || !(whole + "/").startsWith(workspace + "/")) {
            throw elsewhere(path);
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : whole.substring(workspace.length()).split("/")) {
            if (part.equals("..")) {
                if (parts.pollLast() == null) {
                    throw elsewhere(path);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return parts.isEmpty() ? "." : String.join("/", parts);
    }

    private static boolean isAbsolute(String path) {
        return path.startsWith("/") || path.matches("[A-Za-z]:/.*");
    }

    private static InvalidRequestException elsewhere(String path) {
        return new InvalidRequestException(Sentence.of("SourcePaths.elsewhere", path));
    }
}
