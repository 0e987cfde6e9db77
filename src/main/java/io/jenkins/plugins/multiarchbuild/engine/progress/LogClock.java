package io.jenkins.plugins.multiarchbuild.engine.progress;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Iterator;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells when a line was written to a log, from notes that were taken of its size meanwhile. It shows the time of the line
 * that is read at the moment.
 */
public final class LogClock implements LongSupplier {

    /** {@code date +%s%N}; some systems do not know nanoseconds, and print something else in place of them. */
    private static final String TIME = "(\\d{10})(\\d{9})?\\D{0,3}";

    private static final Pattern NOTE = Pattern.compile(TIME + " " + TIME + " (\\d{1,18})");

    private static final int MOST_NOTES = 500_000;

    private final TreeMap<Long, Note> notes = new TreeMap<>();
    private final long noted;
    private final long end;
    private long read;

    /** Times are nanoseconds after the first note. */
    private record Note(long before, long by) {}

    /**
     * @param lines notes in the order in which they were taken: a time when the log had not got a size yet, a time when it
     *     had, and the size, in bytes
     * @param now in nanoseconds since 1970
     */
    public LogClock(@NonNull Stream<String> lines, long now) {
        long first = -1;
        long last = 0;
        for (Iterator<String> each = lines.limit(MOST_NOTES).iterator(); each.hasNext(); ) {
            Matcher note = NOTE.matcher(each.next());
            if (note.matches()) {
                long by = nanos(note.group(3), note.group(4));
                first = first < 0 ? by : first;
                // a clock that is set back must not reorder the log
                last = Math.max(last, by - first);
                long before = nanos(note.group(1), note.group(2)) - first;
                notes.putIfAbsent(Long.parseLong(note.group(5)), new Note(Math.max(0, Math.min(before, last)), last));
            }
        }
        noted = last;
        end = Math.max(last, now - first);
    }

    private static long nanos(String seconds, @CheckForNull String nanos) {
        return TimeUnit.SECONDS.toNanos(Long.parseLong(seconds)) + (nanos == null ? 0 : Long.parseLong(nanos));
    }

    /** Whether there are notes at all. */
    public boolean isRunning() {
        return !notes.isEmpty();
    }

    /** @param bytes how many bytes of the log have been read */
    public void readUpTo(long bytes) {
        read = bytes;
    }

    /** Returns by when what is read now was written, in nanoseconds after the first note. */
    @Override
    public long getAsLong() {
        return note().by();
    }

    /**
     * Returns by how much what was written by a time may have been written earlier, in nanoseconds.
     *
     * @param time as {@link #getAsLong} returned it
     */
    long slack(long time) {
        return notes.values().stream()
                .filter(note -> note.by() == time)
                .mapToLong(note -> note.by() - note.before())
                .findFirst()
                .orElse(time == end ? end - noted : 0);
    }

    /** Returns when the notes are read, in nanoseconds after the first one. */
    long end() {
        return end;
    }

    private Note note() {
        var note = notes.ceilingEntry(read);
        // what was written last may not have been noted any more
        return note == null ? new Note(noted, end) : note.getValue();
    }
}
