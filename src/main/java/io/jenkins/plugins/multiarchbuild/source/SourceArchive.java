package io.jenkins.plugins.multiarchbuild.source;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.model.Run;
import hudson.remoting.RemoteInputStream;
import hudson.remoting.RemoteInputStream.Flag;
import hudson.remoting.RemoteOutputStream;
import io.jenkins.plugins.multiarchbuild.call.PackedSource;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Failure;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The packed source of one call on its way from one agent to others: a file in the run's directory, which survives a
 * restart of the controller. A remote stream is asynchronous, so both ends of each transfer count the bytes and compute
 * a checksum, and a difference is an error.
 */
public final class SourceArchive {

    /** How long the controller waits for a byte that an agent says it has sent. */
    private static final long LONGEST_PAUSE = TimeUnit.MINUTES.toMillis(1);

    private final Path file;

    /** @param id identifies the call within the run; valid in a file name */
    public SourceArchive(@NonNull Run<?, ?> run, @NonNull String id) {
        this(new File(run.getRootDir(), "multi-arch-build/source-" + id + ".tar.gz").toPath());
    }

    /** @param file where to keep it */
    public SourceArchive(@NonNull Path file) {
        this.file = file;
    }

    /**
     * Fetches the source from an agent.
     *
     * @param sources at least one source with absolute paths on that agent, all of them in the workspace
     * @throws IOException if it does not arrive as it was sent
     */
    @NonNull
    public PackedSource pack(@NonNull FilePath workspace, @NonNull List<BuildSource> sources)
            throws IOException, InterruptedException {
        Files.createDirectories(file.resolveSibling(""));
        try {
            PackedSource packed;
            CheckedOutput received = new CheckedOutput(Files.newOutputStream(part()));
            try (received) {
                packed = workspace.act(new PackSource(sources, new RemoteOutputStream(received)));
                received.awaitCount(packed.bytes(), LONGEST_PAUSE);
            }
            if (!isAnswer(packed.sources(), sources)) {
                throw new Failure(Sentence.of("SourceArchive.otherSource"));
            }
            check("SourceArchive.received", packed, received.count(), received.sha256());
            Files.move(part(), file, StandardCopyOption.REPLACE_EXISTING);
            return packed;
        } finally {
            Files.deleteIfExists(part());
        }
    }

    /** Returns the file for what has arrived so far. */
    private Path part() {
        return file.resolveSibling(file.getFileName() + ".part");
    }

    private static boolean isAnswer(List<BuildSource> packed, List<BuildSource> asked) {
        return packed.size() == asked.size()
                && IntStream.range(0, asked.size())
                        .allMatch(i -> packed.get(i)
                                .hasExactly(asked.get(i).dockerfiles().entries().keySet(), asked.get(i)));
    }

    /**
     * Unpacks the source on an agent.
     *
     * @param directory an empty directory there
     * @throws IOException if it does not arrive as it was packed
     */
    public void unpack(@NonNull FilePath directory, @NonNull PackedSource packed)
            throws IOException, InterruptedException {
        UnpackSource.Unpacked unpacked;
        try (InputStream content = Files.newInputStream(file);
                RemoteInputStream stream = new RemoteInputStream(content, EnumSet.of(Flag.GREEDY))) {
            unpacked = directory.act(new UnpackSource(stream));
        }
        check("SourceArchive.unpacked", packed, unpacked.bytes(), unpacked.sha256());
        if (unpacked.entries() != packed.entries()) {
            throw new Failure(Sentence.of("SourceArchive.entries", packed.entries(), unpacked.entries()));
        }
    }

    /** Removes the file, if it exists, and what a controller that was killed had received of it. */
    public void delete() throws IOException {
        Files.deleteIfExists(part());
        Files.deleteIfExists(file);
    }

    private static void check(String code, PackedSource packed, long bytes, String sha256) throws IOException {
        if (bytes != packed.bytes() || !packed.sha256().equals(sha256)) {
            throw new Failure(Sentence.of(code, packed.bytes(), packed.sha256(), bytes, sha256));
        }
    }
}
