package io.jenkins.plugins.multiarchbuild.archive;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.layout.ArchiveContents;
import io.jenkins.plugins.multiarchbuild.engine.layout.Blob;
import io.jenkins.plugins.multiarchbuild.engine.layout.OciArchive;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Failure;
import java.io.File;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import jenkins.MasterToSlaveFileCallable;

/** Writes the archive on the calling agent, from files there and from what the controller sends. */
final class WriteArchive extends MasterToSlaveFileCallable<Long> {

    private static final long serialVersionUID = 1L;

    private final ArchivePlace place;
    private final String prefix;
    private final ArchiveContents contents;
    private final HashMap<Blob, String> files;

    @CheckForNull
    private final InputStream sent;

    /**
     * @param prefix how temporary names begin
     * @param files paths of the blobs that are on this agent
     * @param sent the other blobs one after the other, in the order of the contents; null if there are none
     */
    WriteArchive(
            @NonNull ArchivePlace place,
            @NonNull String prefix,
            @NonNull ArchiveContents contents,
            @NonNull Map<Blob, String> files,
            @CheckForNull InputStream sent) {
        this.place = place;
        this.prefix = prefix;
        this.contents = contents;
        this.files = new HashMap<>(files);
        this.sent = sent;
    }

    /** @return the size of the archive in bytes */
    @Override
    public Long invoke(File directory, VirtualChannel channel) throws IOException {
        Path file = place.in(directory.toPath());
        try {
            Files.createDirectories(file.resolveSibling(""));
            OciArchive.write(file, prefix, contents, this::open);
            return Files.size(file);
        } catch (DockerException e) {
            throw new Failure(e.sentence());
        } catch (IOException e) {
            throw new Failure(Sentence.of("WriteArchive.cannotBeWritten", file, e.getMessage()));
        } finally {
            if (sent != null) {
                sent.close();
            }
        }
    }

    private InputStream open(Blob blob) throws IOException {
        String local = files.get(blob);
        if (local != null) {
            return Files.newInputStream(Path.of(local));
        }
        if (sent == null) {
            throw new IOException(blob.digest() + " was not sent");
        }
        return new FilterInputStream(sent) {

            @Override
            public void close() {
                // the next blob follows
            }
        };
    }
}
