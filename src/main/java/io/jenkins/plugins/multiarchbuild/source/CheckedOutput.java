package io.jenkins.plugins.multiarchbuild.source;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Counts the bytes written and computes their checksum; several threads may read the count. */
public final class CheckedOutput extends FilterOutputStream {

    private final MessageDigest digest = sha256Digest();
    private long count;

    public CheckedOutput(@NonNull OutputStream out) {
        super(out);
    }

    /** Returns a SHA-256 digest, which every Java has. */
    @NonNull
    static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        out.write(buffer, offset, length);
        synchronized (this) {
            digest.update(buffer, offset, length);
            count += length;
            notifyAll();
        }
    }

    synchronized long count() {
        return count;
    }

    /** Returns the checksum of all bytes, in hexadecimal digits; nothing may be written afterwards. */
    @NonNull
    synchronized String sha256() {
        return Util.toHexString(digest.digest());
    }

    /**
     * Waits until a number of bytes have been written.
     *
     * @param millis how long to wait for each further byte
     * @return whether they have
     */
    synchronized boolean awaitCount(long bytes, long millis) throws InterruptedException {
        long before = -1;
        while (count < bytes && count != before) {
            before = count;
            wait(millis);
        }
        return count >= bytes;
    }
}
