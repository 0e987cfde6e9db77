package io.jenkins.plugins.multiarchbuild.source;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses at the fastest level, since the network between two agents is rarely slower than a core. Data that does not
 * get smaller, such as archives and pictures, is only stored: compressing it takes more time than anything else.
 */
final class AdaptiveGzip extends GZIPOutputStream {

    /** How much is compressed to find out whether that is worth it, in bytes. */
    static final int PROBE = 256 * 1024;

    /** How much is stored without compression before the next attempt to compress, in bytes. */
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
