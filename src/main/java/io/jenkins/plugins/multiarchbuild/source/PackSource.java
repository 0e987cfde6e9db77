package io.jenkins.plugins.multiarchbuild.source;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.remoting.VirtualChannel;
import hudson.util.FileVisitor;
import hudson.util.io.Archiver;
import hudson.util.io.ArchiverFactory;
import io.jenkins.plugins.multiarchbuild.call.PackedSource;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.context.DockerIgnore;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import jenkins.MasterToSlaveFileCallable;

/**
 * Packs the build contexts of a workspace into one archive: without what {@code .dockerignore} excludes, with file
 * modes, symbolic links and empty directories, at the same paths as in the workspace.
 */
public final class PackSource extends MasterToSlaveFileCallable<PackedSource> {

    private static final long serialVersionUID = 1L;

    private static final int BUFFER = 128 * 1024;

    /** The maximum size of a {@code .dockerignore} file in bytes. */
    private static final int LARGEST_IGNORE_FILE = 1024 * 1024;

    private final List<BuildSource> sources;
    private final OutputStream sink;

    /**
     * @param sources at least one source with absolute paths, all of them in the workspace
     * @param sink receives the archive, possibly after this method has returned; it is closed
     */
    public PackSource(@NonNull List<BuildSource> sources, @NonNull OutputStream sink) {
        this.sources = List.copyOf(sources);
        this.sink = sink;
    }

    @Override
    public PackedSource invoke(File workspace, VirtualChannel channel) throws IOException {
        Path root = workspace.toPath().toRealPath();
        Map<String, File> files = select(root);
        CheckedOutput checked = new CheckedOutput(new BufferedOutputStream(sink, BUFFER));
        try (OutputStream packed = new AdaptiveGzip(checked, BUFFER);
                Archiver archiver = ArchiverFactory.TAR.create(packed, StandardCharsets.UTF_8)) {
            for (Map.Entry<String, File> file : files.entrySet()) {
                visit(archiver, file.getKey(), file.getValue());
            }
        }
        List<BuildSource> packed = new ArrayList<>();
        for (BuildSource source : sources) {
            packed.add(relative(root, source));
        }
        return new PackedSource(
                packed.get(0),
                files.size(),
                checked.count(),
                checked.sha256(),
                List.copyOf(packed.subList(1, packed.size())));
    }

    /** Returns the files to pack by path relative to the workspace, parents before children. */
    private Map<String, File> select(Path root) throws IOException {
        Map<String, File> files = new TreeMap<>();
        for (BuildSource source : sources) {
            select(files, root, source);
        }
        return files;
    }

    private static void select(Map<String, File> files, Path root, BuildSource source) throws IOException {
        Set<Path> needed = dockerfiles(source);
        for (Path file : needed) {
            add(files, root, file);
        }
        if (!source.isRemote()) {
            Path context = Path.of(source.context());
            addDirectory(files, root, context);
            walk(files, root, context, context, rules(context, needed));
        }
        for (String directory : source.contexts().directories()) {
            Path context = Path.of(directory);
            addDirectory(files, root, context);
            walk(files, root, context, context, rules(context, Set.of()));
        }
    }

    /** Returns the Dockerfiles, their own ignore files, and the targets of those that are symbolic links. */
    private static Set<Path> dockerfiles(BuildSource source) throws IOException {
        Set<Path> found = new TreeSet<>();
        if (!source.isRemote()) {
            for (String name : source.dockerfiles().entries().values()) {
                Path dockerfile = Path.of(name);
                found.add(dockerfile);
                found.add(dockerfile.toRealPath());
                Path ignore = dockerfile.resolveSibling(dockerfile.getFileName() + DockerIgnore.FILE_NAME);
                if (Files.isRegularFile(ignore)) {
                    found.add(ignore);
                }
            }
        }
        return found;
    }

    /** A Dockerfile with rules of its own may need files that the common rules exclude; then nothing is excluded. */
    private static DockerIgnore rules(Path context, Set<Path> needed) throws IOException {
        File common = context.resolve(DockerIgnore.FILE_NAME).toFile();
        boolean hasOwnRules = needed.stream().anyMatch(file -> file.toString().endsWith(DockerIgnore.FILE_NAME));
        if (hasOwnRules || !common.exists()) {
            return DockerIgnore.parse("");
        }
        if (!common.isFile() || common.length() > LARGEST_IGNORE_FILE) {
            throw new InvalidRequestException(Sentence.of("PackSource.ignoreFile", common, LARGEST_IGNORE_FILE / 1024));
        }
        return DockerIgnore.parse(Files.readString(common.toPath(), StandardCharsets.UTF_8));
    }

    private static void walk(Map<String, File> files, Path root, Path context, Path directory, DockerIgnore rules)
            throws IOException {
        File[] children = directory.toFile().listFiles();
        if (children == null) {
            throw new IOException("cannot list " + directory);
        }
        for (File child : children) {
            Path path = child.toPath();
            String inContext = slashes(context.relativize(path));
            boolean excluded = rules.excludes(inContext) && !inContext.equals(DockerIgnore.FILE_NAME);
            boolean descend = child.isDirectory() && !Util.isSymlink(child) && (!excluded || rules.hasExceptions());
            if (!excluded || descend) {
                checkName(child);
            }
            if (!excluded) {
                add(files, root, path);
            }
            if (descend) {
                walk(files, root, context, path, rules);
            }
        }
    }

    /** It may have nothing in it, if its Dockerfile is in a bake file. */
    private static void addDirectory(Map<String, File> files, Path root, Path context) {
        if (!context.equals(root)) {
            add(files, root, context);
        }
    }

    private static void add(Map<String, File> files, Path root, Path path) {
        files.put(slashes(root.relativize(path)), path.toFile());
    }

    private static void visit(FileVisitor archiver, String path, File file) throws IOException {
        String target = Util.resolveSymlink(file);
        if (target != null) {
            archiver.visitSymlink(file, target, path);
        } else if (file.isFile() || file.isDirectory()) {
            archiver.visit(file, path);
        }
    }

    private static void checkName(File file) {
        if (file.getName().indexOf('\ufffd') >= 0) {
            throw new InvalidRequestException(Sentence.of("PackSource.locale", file.getName(), file.getParent()));
        }
    }

    private static BuildSource relative(Path root, BuildSource source) {
        Map<String, String> dockerfiles = new LinkedHashMap<>();
        source.dockerfiles()
                .entries()
                .forEach((platform, path) -> dockerfiles.put(platform, place(Path.of(source.context()), path)));
        Map<String, String> contexts = new LinkedHashMap<>();
        source.contexts().directories().forEach(path -> contexts.put(path, place(root, path)));
        return new BuildSource(
                source.isRemote() ? source.context() : place(root, source.context()),
                null,
                source.isRemote() ? source.dockerfiles() : new PlatformMap(dockerfiles),
                source.contexts().withDirectories(contexts),
                source.inline());
    }

    private static String place(Path from, String path) {
        String relative = slashes(from.relativize(Path.of(path)));
        return relative.isEmpty() ? "." : relative;
    }

    private static String slashes(Path path) {
        return path.toString().replace(File.separatorChar, '/');
    }
}
