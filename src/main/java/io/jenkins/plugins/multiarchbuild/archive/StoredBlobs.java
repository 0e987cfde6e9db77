package io.jenkins.plugins.multiarchbuild.archive;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.layout.Blob;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;

/** Blobs one after the other, each of which is opened when it is read. */
final class StoredBlobs extends InputStream {

    private final Iterator<Blob> blobs;
    private final Source source;

    @CheckForNull
    private InputStream current;

    private long left;

    /** Opens a blob. */
    @FunctionalInterface
    interface Source {

        /** @return a stream that begins with the blob, or null if there is no such blob */
        @CheckForNull
        InputStream open(@NonNull Blob blob) throws IOException;
    }

    StoredBlobs(@NonNull List<Blob> blobs, @NonNull Source source) {
        this.blobs = List.copyOf(blobs).iterator();
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        InputStream content = current;
        while (left == 0 || content == null) {
            close();
            if (!blobs.hasNext()) {
                return -1;
            }
            Blob next = blobs.next();
            content = source.open(next);
            if (content == null) {
                throw new EOFException(next.digest() + " is not there");
            }
            current = content;
            left = next.size();
        }
        int read = content.read(buffer, offset, (int) Math.min(left, length));
        if (read < 0) {
            throw new EOFException("an image on the controller has been cut short");
        }
        left -= read;
        return read;
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
