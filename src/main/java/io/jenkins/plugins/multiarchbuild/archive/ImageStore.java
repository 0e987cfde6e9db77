package io.jenkins.plugins.multiarchbuild.archive;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Run;
import hudson.remoting.Channel;
import hudson.remoting.RemoteOutputStream;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.layout.Blob;
import io.jenkins.plugins.multiarchbuild.engine.layout.CheckedBlobs;
import io.jenkins.plugins.multiarchbuild.engine.layout.LayoutImage;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Failure;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The images of one group on their way from one agent to another: a file in the run's directory, which survives a
 * restart of the controller. It holds the blobs one after the other, and nothing that the agent chooses but their bytes:
 * how many there are and which ones is known from the manifests.
 */
final class ImageStore {

    /** How long the controller waits for a byte that an agent says it has sent. */
    private static final long LONGEST_PAUSE = TimeUnit.MINUTES.toMillis(1);

    private static final int BUFFER = 128 * 1024;

    private static final long MEGABYTE = 1 << 20;

    private final Path file;

    /** @param id identifies the group within the run; valid in a file name */
    ImageStore(@NonNull Run<?, ?> run, @NonNull String id) {
        this(new File(run.getRootDir(), "multi-arch-build/images-" + id).toPath());
    }

    /** @param file where to keep them */
    ImageStore(@NonNull Path file) {
        this.file = file;
    }

    /** A blob of a store. */
    private record Place(Blob blob, long offset) {}

    /** Returns the blobs of a group's images as they are stored, without duplicates. */
    @NonNull
    static List<Blob> blobs(@NonNull List<LayoutImage> images) {
        Map<Digest, Blob> blobs = new LinkedHashMap<>();
        for (LayoutImage image : images) {
            image.blobs().forEach(blob -> blobs.putIfAbsent(blob.digest(), blob));
        }
        return List.copyOf(blobs.values());
    }

    /**
     * Fetches the images from an agent.
     *
     * @param directory the directory of the layouts there
     * @throws AbortException if they do not arrive as their digests say, or there is no room for them
     */
    void receive(@NonNull FilePath directory, @NonNull List<LayoutImage> images)
            throws IOException, InterruptedException {
        Path parent = Files.createDirectories(file.resolveSibling(""));
        List<Blob> blobs = blobs(images);
        checkSpace(parent, blobs.stream().mapToLong(Blob::size).sum());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (CheckedBlobs received =
                new CheckedBlobs(blobs, new BufferedOutputStream(Files.newOutputStream(part), BUFFER))) {
            directory.act(new SendBlobs(images, new RemoteOutputStream(received)));
            received.awaitAll(LONGEST_PAUSE);
        } catch (AbortException e) {
            Files.deleteIfExists(part);
            throw e;
        } catch (IOException e) {
            Files.deleteIfExists(part);
            if (Channel.isClosedChannelException(e)) {
                throw e;
            }
            throw new Failure(Sentence.of("ImageStore.notArrived", e.getMessage()));
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void checkSpace(Path directory, long needed) throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (needed > free) {
            throw new Failure(Sentence.of("ImageStore.noSpace", needed / MEGABYTE, free / MEGABYTE));
        }
    }

    /**
     * Opens a blob.
     *
     * @param images the images that were stored
     * @return null if it is not a part of them
     */
    @CheckForNull
    InputStream open(@NonNull List<LayoutImage> images, @NonNull Blob wanted) throws IOException {
        for (Place place : places(images)) {
            if (place.blob.equals(wanted)) {
                InputStream content = Files.newInputStream(file);
                try {
                    content.skipNBytes(place.offset);
                } catch (IOException e) {
                    content.close();
                    throw e;
                }
                return content;
            }
        }
        return null;
    }

    private static List<Place> places(List<LayoutImage> images) {
        List<Place> places = new ArrayList<>();
        long offset = 0;
        for (Blob blob : blobs(images)) {
            places.add(new Place(blob, offset));
            offset += blob.size();
        }
        return places;
    }

    /** Removes the file, if it exists. */
    void delete() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".part"));
    }
}
