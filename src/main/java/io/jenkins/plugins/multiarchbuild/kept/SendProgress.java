package io.jenkins.plugins.multiarchbuild.kept;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import jenkins.MasterToSlaveFileCallable;

/** Sends the log of a bake in the directory of a group from its agent, compressed. */
final class SendProgress extends MasterToSlaveFileCallable<Void> {

    private static final long serialVersionUID = 1L;

    private static final int BUFFER = 64 * 1024;

    private final OutputStream sink;
    private final long limit;

    /**
     * @param sink receives the log, possibly after this method has returned; it is closed
     * @param limit the most bytes to send, before compression
     */
    SendProgress(@NonNull OutputStream sink, long limit) {
        this.sink = sink;
        this.limit = limit;
    }

    @Override
    public Void invoke(File directory, VirtualChannel channel) throws IOException {
        Path log = directory.toPath().resolve(BakeFiles.LOG);
        Deflater fast = new Deflater(Deflater.BEST_SPEED);
        try (OutputStream out = new DeflaterOutputStream(new BufferedOutputStream(sink, BUFFER), fast, BUFFER)) {
            if (Files.isRegularFile(log)) {
                send(log, out);
            }
        } finally {
            fast.end();
        }
        return null;
    }

    private void send(Path log, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long left = limit;
        try (InputStream in = Files.newInputStream(log)) {
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    return;
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
    }
}
