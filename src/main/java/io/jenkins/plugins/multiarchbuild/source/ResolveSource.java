package io.jenkins.plugins.multiarchbuild.source;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Failure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jenkins.MasterToSlaveFileCallable;

/**
 * Finds the directories and Dockerfiles of a source on an agent. All of them must be inside the workspace, with
 * symbolic links resolved, and none may contain a private directory of this plugin: everything in a context can get
 * into the image.
 */
public final class ResolveSource extends MasterToSlaveFileCallable<BuildSource> {

    private static final long serialVersionUID = 1L;

    private final BuildSource source;
    private final List<Platform> platforms;
    private final String workspace;
    private final String privateDirectory;
    private final String agent;

    /**
     * @param workspace path of the directory that must contain everything
     * @param privateDirectory path of a directory that must not be inside a context; it need not exist
     * @param agent the agent's display name, for error messages
     */
    public ResolveSource(
            @NonNull BuildSource source,
            @NonNull List<Platform> platforms,
            @NonNull String workspace,
            @NonNull String privateDirectory,
            @NonNull String agent) {
        this.source = source;
        this.platforms = List.copyOf(platforms);
        this.workspace = workspace;
        this.privateDirectory = privateDirectory;
        this.agent = agent;
    }

    /**
     * Does this in a directory on an agent.
     *
     * @return the source with absolute paths; a context that is a URL is left as it is
     * @throws AbortException if the agent answers with another source
     */
    @NonNull
    public BuildSource in(@NonNull FilePath directory) throws IOException, InterruptedException {
        BuildSource resolved = directory.act(this);
        Set<String> names = platforms.stream()
                .filter(platform -> !source.isInline(platform))
                .map(Platform::toString)
                .collect(Collectors.toSet());
        if (resolved == null || !resolved.hasExactly(names, source)) {
            throw new Failure(Sentence.of("ResolveSource.otherAnswer", agent));
        }
        return resolved;
    }

    @Override
    public BuildSource invoke(File directory, VirtualChannel channel) throws IOException {
        return resolve(directory.toPath());
    }

    private BuildSource resolve(Path directory) throws IOException {
        Path root = Path.of(workspace).toRealPath();
        String context = source.context();
        Map<String, String> dockerfiles = new LinkedHashMap<>();
        if (!source.isRemote()) {
            Path resolved = directory(
                    directory, root, context, Sentence.of("ResolveSource.noContext", context, directory, agent));
            context = resolved.toString();
            for (Platform platform : filed()) {
                dockerfiles.put(
                        platform.toString(),
                        dockerfile(resolved, root, platform).toString());
            }
        } else {
            filed().forEach(platform -> dockerfiles.put(platform.toString(), source.dockerfileFor(platform)));
        }
        Map<String, String> named = new LinkedHashMap<>();
        for (String path : source.contexts().directories()) {
            named.put(
                    path,
                    directory(
                                    directory,
                                    root,
                                    path,
                                    Sentence.of(
                                            "ResolveSource.noNamedContext",
                                            path,
                                            source.contexts().nameOf(path),
                                            directory,
                                            agent))
                            .toString());
        }
        NamedContexts contexts = source.contexts().withDirectories(named);
        return new BuildSource(context, null, new PlatformMap(dockerfiles), contexts, source.inline());
    }

    /** Returns the platforms whose Dockerfile is a file. */
    private List<Platform> filed() {
        return platforms.stream().filter(platform -> !source.isInline(platform)).toList();
    }

    private Path directory(Path directory, Path root, String path, Sentence missing) throws IOException {
        Path found = directory.resolve(path);
        if (!Files.isDirectory(found)) {
            Path meant = directory.toRealPath().resolve(path).normalize();
            if (!meant.startsWith(root)) {
                throw outside(root, meant, path, agent);
            }
            throw new InvalidRequestException(missing);
        }
        Path real = inside(root, found, path, agent);
        if (!privateDirectory.isEmpty() && realParent(Path.of(privateDirectory)).startsWith(real)) {
            throw new InvalidRequestException(Sentence.of("ResolveSource.logins", path, agent, privateDirectory));
        }
        return real;
    }

    /** Keeps the last part of the path as it is: BuildKit looks for NAME.dockerignore next to it. */
    private Path dockerfile(Path context, Path root, Platform platform) throws IOException {
        String path = source.dockerfileFor(platform);
        Path found = context.resolve(path);
        if (!Files.isRegularFile(found)) {
            throw new InvalidRequestException(
                    Sentence.of("ResolveSource.noDockerfile", path, platform, context, agent));
        }
        inside(root, found, path, agent);
        Path parent = inside(root, found.toAbsolutePath().resolveSibling(""), path, agent);
        return parent.resolve(found.getFileName());
    }

    /**
     * Returns the real path of a file or directory.
     *
     * @param root real path of the workspace
     * @param path the path as the call says it
     * @throws InvalidRequestException if it is outside of the workspace
     */
    static Path inside(Path root, Path found, String path, String agent) throws IOException {
        Path real = found.toRealPath();
        if (!real.startsWith(root)) {
            throw outside(root, real, path, agent);
        }
        return real;
    }

    private static InvalidRequestException outside(Path root, Path real, String path, String agent) {
        return new InvalidRequestException(Sentence.of("ResolveSource.outside", path, agent, real, root));
    }

    /** Returns the real path of a directory that may not exist yet. */
    private static Path realParent(Path path) throws IOException {
        Path existing = path.toAbsolutePath();
        while (!Files.exists(existing)) {
            existing = existing.resolveSibling("");
        }
        return existing.toRealPath().resolve(existing.relativize(path.toAbsolutePath()));
    }
}
