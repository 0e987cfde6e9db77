package io.jenkins.plugins.multiarchbuild.archive;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.layout.Blob;
import io.jenkins.plugins.multiarchbuild.engine.layout.LayoutImage;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Failure;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jenkins.MasterToSlaveFileCallable;

/** Sends the blobs of a group's images from its agent, each once, in the order of {@link ImageStore#blobs}. */
final class SendBlobs extends MasterToSlaveFileCallable<Void> {

    private static final long serialVersionUID = 1L;

    private static final int BUFFER = 128 * 1024;

    private final ArrayList<LayoutImage> images;
    private final OutputStream sink;

    /** @param sink receives the blobs, possibly after this method has returned; it is closed */
    SendBlobs(@NonNull List<LayoutImage> images, @NonNull OutputStream sink) {
        this.images = new ArrayList<>(images);
        this.sink = sink;
    }

    @Override
    public Void invoke(File directory, VirtualChannel channel) throws IOException {
        Set<Blob> sent = new HashSet<>();
        try (OutputStream out = new BufferedOutputStream(sink, BUFFER)) {
            for (LayoutImage image : images) {
                Path layout = directory.toPath().resolve(BakeFiles.layout(ImageKey.of(image.platform())));
                for (Blob blob : image.blobs()) {
                    if (sent.add(blob)) {
                        send(layout.resolve(blob.path()), blob, out);
                    }
                }
            }
        }
        return null;
    }

    private static void send(Path file, Blob blob, OutputStream out) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != blob.size()) {
            throw new Failure(Sentence.of("SendBlobs.incomplete", file, blob.size()));
        }
        Files.copy(file, out);
    }
}
