package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.Util;
import hudson.model.TaskListener;
import hudson.util.DirScanner;
import hudson.util.FileVisitor;
import hudson.util.io.ArchiverFactory;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.DockerIgnore;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import org.jenkinsci.plugins.workflow.flow.StashManager;

/**
 * Stashes the build contexts of the workspace for other agents: what {@code .dockerignore} leaves, with file modes, symbolic
 * links and empty directories.
 */
public final class PackTask implements AgentTask<String> {

    private static final long serialVersionUID = 1L;

    private final BuildJob job;

    public PackTask(@NonNull BuildJob job) {
        this.job = job;
    }

    @Override
    public String label() {
        return Messages.AgentTask_pack();
    }

    @Override
    public String run(Agent agent) throws IOException, InterruptedException {
        BuildSource source = job.getStep().request().source();
        FilePath directory = job.packDirectory(agent);
        try {
            directory.mkdirs();
            long bytes = 0;
            for (String path : source.directories()) {
                FilePath context = agent.directory().child(path);
                if (!context.isDirectory()) {
                    throw new InvalidRequestException("There is no directory '" + path + "' to build from in "
                            + agent.directory().getRemote() + " on agent '" + agent.name() + "'.");
                }
                boolean isMain = path.equals(source.context());
                FilePath archive = directory.child(archive(source, path));
                try (OutputStream stream = archive.write()) {
                    context.archive(
                            ArchiverFactory.TAR,
                            stream,
                            new Scanner(rules(context, source, isMain), needed(source, isMain)));
                }
                bytes += archive.length();
            }
            agent.log("Stashing the build context for other agents: " + bytes / 1024 + " KiB");
            StashManager.stash(
                    agent.run(),
                    job.getStashName(),
                    directory,
                    agent.launcher(),
                    agent.environment(),
                    TaskListener.NULL,
                    null,
                    null,
                    false,
                    false);
        } finally {
            directory.deleteRecursive();
        }
        return "";
    }

    /** A file in the stash: an archive of our own, since a stash by patterns cannot follow {@code .dockerignore}. */
    @NonNull
    static String archive(@NonNull BuildSource source, @NonNull String path) {
        return "context-" + source.directories().indexOf(path) + ".tar";
    }

    /** A Dockerfile with rules of its own needs more than the common rules leave; then nothing is left out. */
    private DockerIgnore rules(FilePath context, BuildSource source, boolean isMain)
            throws IOException, InterruptedException {
        for (Platform platform : job.getStep().request().platforms()) {
            if (isMain
                    && context.child(source.dockerfileFor(platform) + DockerIgnore.FILE_NAME)
                            .exists()) {
                return DockerIgnore.parse("");
            }
        }
        FilePath common = context.child(DockerIgnore.FILE_NAME);
        return DockerIgnore.parse(common.exists() ? common.readToString() : "");
    }

    private ArrayList<String> needed(BuildSource source, boolean isMain) {
        Set<String> paths = new HashSet<>(Set.of(DockerIgnore.FILE_NAME));
        if (isMain) {
            job.getStep().request().platforms().forEach(platform -> paths.add(source.dockerfileFor(platform)));
        }
        return new ArrayList<>(paths);
    }

    /** Visits what the rules leave, and what the build itself needs in any case. */
    private static final class Scanner extends DirScanner {

        private static final long serialVersionUID = 1L;

        private final DockerIgnore rules;
        private final ArrayList<String> needed;

        Scanner(DockerIgnore rules, ArrayList<String> needed) {
            this.rules = rules;
            this.needed = needed;
        }

        @Override
        public void scan(File directory, FileVisitor visitor) throws IOException {
            scan(directory, "", visitor);
        }

        private void scan(File directory, String prefix, FileVisitor visitor) throws IOException {
            File[] files = directory.listFiles();
            if (files == null) {
                throw new IOException("cannot list " + directory);
            }
            for (File file : files) {
                String path = prefix + file.getName();
                boolean left = !rules.excludes(path) || needed.contains(path);
                if (left) {
                    scanSingle(file, path, visitor);
                }
                boolean descend =
                        left || rules.hasExceptions() || needed.stream().anyMatch(name -> name.startsWith(path + "/"));
                if (descend && file.isDirectory() && !Util.isSymlink(file)) {
                    scan(file, path + "/", visitor);
                }
            }
        }
    }
}
