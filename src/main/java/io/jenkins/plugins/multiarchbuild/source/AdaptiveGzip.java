package io.jenkins.plugins.multiarchbuild.source;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses at the fastest level, since the network between two agents is rarely slower than a core, and only stores
 * what does not get smaller, such as archives and pictures: to try that takes the longest of all.
 */
final class AdaptiveGzip extends GZIPOutputStream {

    /** How much is compressed before it is decided whether that is worth it, in bytes. */
    static final int PROBE = 256 * 1024;

    /** How much is only stored before it is tried again, in bytes. */
    static final int STORED = 16 * PROBE;

    private static final double WORTH_IT = 0.95;

    private boolean storing;
    private int left = PROBE;
    private long written;

    AdaptiveGzip(@NonNull OutputStream out, int buffer) throws IOException {
        super(out, buffer);
        def.setLevel(Deflater.BEST_SPEED);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int part = Math.min(left, length - done);
            super.write(bytes, offset + done, part);
            done += part;
            left -= part;
            if (left == 0) {
                next();
            }
        }
    }

    private void next() {
        long now = def.getBytesWritten();
        storing = !storing && now - written > PROBE * WORTH_IT;
        written = now;
        left = storing ? STORED : PROBE;
        def.setLevel(storing ? Deflater.NO_COMPRESSION : Deflater.BEST_SPEED);
    }
}
