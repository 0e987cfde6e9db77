package io.jenkins.plugins.multiarchbuild.kept;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.console.ConsoleLogFilter;
import hudson.console.PlainTextConsoleOutputStream;
import io.jenkins.plugins.multiarchbuild.credentials.SecretMask;
import io.jenkins.plugins.multiarchbuild.engine.text.SecretFinder;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterOutputStream;

/**
 * Takes the progress of a bake from an agent, and writes it into a file without its secrets. Both what it takes and what
 * it writes is limited; what comes after that is refused. Another thread waits until everything is there.
 */
final class ReceivedProgress extends OutputStream {

    /** The most bytes that are taken, decompressed: one more tells that the log is longer. */
    static final long MOST_TAKEN = (64 << 20) + 1;

    /** The most lines that are taken: each costs some time, however short it is. */
    static final long MOST_LINES = 2_000_000;

    /** About the most bytes that are written. What is compressed at the moment can add some hundred kilobytes. */
    static final long MOST_WRITTEN = 4 << 20;

    private static final String CUT = "[multiArchBuild] The progress goes on here, and is too long to be kept.\n";

    private static final int BUFFER = 64 * 1024;

    private final Counted written;
    private final OutputStream filtered;
    private final MaskedLines masked;
    private final Inflater inflater = new Inflater();
    private final InflaterOutputStream decompressed;
    private long taken;
    private long lines;
    private boolean cut;
    private boolean ended;
    private IOException failure;

    /** Counts what passes. */
    private static final class Counted extends FilterOutputStream {

        private long count;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            count++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
            count += length;
        }
    }

    /** Limits what is decompressed: few bytes can become many. */
    private final class Limited extends FilterOutputStream {

        Limited(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            for (int i = offset; i < offset + length; i++) {
                lines += buffer[i] == '\n' ? 1 : 0;
            }
            checkLimits(length);
            out.write(buffer, offset, length);
        }
    }

    /**
     * @param file where to write it, compressed
     * @param filter what masks secrets in the log, or null for nothing
     */
    ReceivedProgress(@NonNull Path file, @NonNull SecretFinder secrets, @CheckForNull ConsoleLogFilter filter)
            throws IOException, InterruptedException {
        written = new Counted(new BufferedOutputStream(Files.newOutputStream(file), BUFFER));
        filtered = SecretMask.apply(filter, new PlainTextConsoleOutputStream(new GZIPOutputStream(written, BUFFER)));
        masked = new MaskedLines(secrets, filtered);
        decompressed = new InflaterOutputStream(new Limited(masked), inflater);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] buffer, int offset, int length) throws IOException {
        if (ended || cut || failure != null) {
            throw new IOException("nothing more is taken");
        }
        try {
            decompressed.write(buffer, offset, length);
        } catch (IOException e) {
            failure = cut ? null : e;
            throw e;
        } finally {
            notifyAll();
        }
    }

    private synchronized void checkLimits(int length) throws IOException {
        taken += length;
        if (taken >= MOST_TAKEN || lines > MOST_LINES || written.count >= MOST_WRITTEN) {
            cut = true;
            throw new IOException("no more of the progress is kept");
        }
    }

    @Override
    public synchronized void close() {
        ended = true;
        notifyAll();
    }

    /**
     * Waits until the agent has sent everything, and completes the file.
     *
     * @param millis how long to wait for each further byte
     * @return whether only the beginning of the progress is in it
     * @throws IOException if the agent sent something else, or the file cannot be written
     */
    synchronized boolean await(long millis) throws IOException, InterruptedException {
        long before = -1;
        while (!ended && !cut && failure == null && taken != before) {
            before = taken;
            wait(millis);
        }
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        cut = cut || !ended;
        ended = true;
        inflater.end();
        masked.end();
        if (cut) {
            filtered.write(CUT.getBytes(StandardCharsets.US_ASCII));
        }
        filtered.close();
        return cut;
    }

    /** Whether there is anything. */
    synchronized boolean isEmpty() {
        return taken == 0;
    }

    /** Whether the agent was told that no more is taken. */
    synchronized boolean isCut() {
        return cut;
    }

    /** Gives the file back if it is not complete. */
    synchronized void abandon() throws IOException {
        ended = true;
        inflater.end();
        written.close();
    }
}
