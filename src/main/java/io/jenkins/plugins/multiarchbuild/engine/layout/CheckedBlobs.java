package io.jenkins.plugins.multiarchbuild.engine.layout;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;

/**
 * Takes blobs one after the other and passes them on. It takes no byte more than it expects, and no blob that is not
 * what its digest says. Another thread may wait until all of them are there.
 */
public final class CheckedBlobs extends FilterOutputStream {

    private final Iterator<Blob> expected;
    private final MessageDigest digest = OciArchive.sha256();
    private Blob current;
    private long left;
    private long count;
    private IOException failure;

    /** @param blobs what is to come, in this order */
    public CheckedBlobs(@NonNull List<Blob> blobs, @NonNull OutputStream out) throws IOException {
        super(out);
        this.expected = List.copyOf(blobs).iterator();
        next();
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] buffer, int offset, int length) throws IOException {
        try {
            check();
            int from = offset;
            while (from < offset + length) {
                if (current == null) {
                    throw new IOException("more was sent than the image has");
                }
                int part = (int) Math.min(left, offset + length - from);
                digest.update(buffer, from, part);
                from += part;
                left -= part;
                if (left == 0) {
                    end();
                    next();
                }
            }
            out.write(buffer, offset, length);
            count += length;
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            notifyAll();
        }
    }

    /**
     * Waits until all blobs are there.
     *
     * @param millis how long to wait for each further byte
     * @throws IOException if they are not, or one is not what its digest says
     */
    public synchronized void awaitAll(long millis) throws IOException, InterruptedException {
        long before = -1;
        while (failure == null && current != null && count != before) {
            before = count;
            wait(millis);
        }
        check();
        if (current != null) {
            throw new IOException("the image has not arrived in full, only " + count + " bytes");
        }
    }

    private void check() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    private void next() throws IOException {
        current = null;
        while (current == null && expected.hasNext()) {
            current = expected.next();
            left = current.size();
            if (left == 0) {
                end();
                current = null;
            }
        }
    }

    private void end() throws IOException {
        if (!HexFormat.of().formatHex(digest.digest()).equals(current.hex())) {
            throw new IOException(current.digest() + " is not what its digest says");
        }
    }
}
