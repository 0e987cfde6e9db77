package io.jenkins.plugins.multiarchbuild.archive;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Failure;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import jenkins.MasterToSlaveFileCallable;

/**
 * Where an archive is written on an agent.
 *
 * @param workspace path of the workspace, which the archive must be in
 * @param file path of the archive, relative to the current directory
 */
record ArchivePlace(@NonNull String workspace, @NonNull String file) implements Serializable {

    /**
     * Returns the place on an agent.
     *
     * @param file path of the archive, relative to the current directory
     */
    @NonNull
    static ArchivePlace on(@NonNull Agent agent, @NonNull String file) {
        return new ArchivePlace(agent.workspace().getRemote(), file);
    }

    /**
     * Checks the place on the agent, and creates nothing.
     *
     * @param directory the current directory
     * @throws AbortException if the archive cannot be written there
     */
    void check(@NonNull FilePath directory) throws IOException, InterruptedException {
        directory.act(new Check(this));
    }

    /**
     * Finds the path of the archive, on the agent itself.
     *
     * @param directory the current directory
     * @throws AbortException if it is a directory or, because of a link, outside of the workspace
     */
    @NonNull
    Path in(@NonNull Path directory) throws IOException {
        Path root = Path.of(workspace).toRealPath();
        Path found = directory.toRealPath().resolve(file);
        Path existing = found.resolveSibling("");
        while (!Files.exists(existing)) {
            if (Files.isSymbolicLink(existing)) {
                throw cannotBeWritten(Sentence.of("ArchivePlace.brokenLink", existing));
            }
            existing = existing.resolveSibling("");
        }
        if (!existing.toRealPath().startsWith(root)) {
            throw new Failure(Sentence.of("ArchivePlace.outside", file, existing.toRealPath(), root));
        }
        if (!Files.isDirectory(existing) || Files.isDirectory(found)) {
            throw cannotBeWritten(
                    Files.isDirectory(found)
                            ? Sentence.of("ArchivePlace.directory")
                            : Sentence.of("ArchivePlace.noDirectory", existing));
        }
        if (!Files.isWritable(existing)) {
            throw cannotBeWritten(Sentence.of("ArchivePlace.notWritable", existing));
        }
        checkNames(existing, existing.relativize(found));
        return found;
    }

    /** Only the file system knows which names it accepts, and it says so of a file that does not exist, too. */
    private void checkNames(Path directory, Path missing) throws IOException {
        for (Path name : missing) {
            try {
                Files.readAttributes(directory.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            } catch (NoSuchFileException e) {
                continue;
            } catch (FileSystemException e) {
                if (e.getReason() != null) {
                    throw cannotBeWritten(Sentence.of("ArchivePlace.name", e.getReason()));
                }
            }
        }
    }

    private Failure cannotBeWritten(Sentence reason) {
        return new Failure(Sentence.of("ArchivePlace.cannotBeWritten", file, reason));
    }

    private static final class Check extends MasterToSlaveFileCallable<Void> {

        private static final long serialVersionUID = 1L;

        private final ArchivePlace place;

        Check(ArchivePlace place) {
            this.place = place;
        }

        @Override
        public Void invoke(File directory, VirtualChannel channel) throws IOException {
            place.in(directory.toPath());
            return null;
        }
    }
}
