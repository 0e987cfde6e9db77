package io.jenkins.plugins.multiarchbuild.engine.progress;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line about a step in the output of {@code --progress plain}. What a step prints cannot be taken for anything else:
 * each of its lines begins with the number of the step and a time.
 *
 * @param id number of the step
 * @param kind what it says
 * @param text the step's name, what it printed, or its error; empty for other lines
 * @param seconds what the step took, or after how long it printed this; empty if the line does not say it
 */
record PlainLine(
        @NonNull String id,
        @NonNull Kind kind,
        @NonNull String text,
        @NonNull String seconds) {

    /** What a line says. */
    enum Kind {
        /** The name of a step that begins or goes on, or, without an empty line before it, what the step is at. */
        NAME,
        OUTPUT,
        /** Another step is shown now; this one goes on. */
        PAUSED,
        DONE,
        CACHED,
        CANCELED,
        ERROR;

        boolean isEnd() {
            return ordinal() >= DONE.ordinal();
        }
    }

    private static final Pattern LINE = compile("#(?<id>\\d+) (?<text>.*)");
    private static final Pattern OUTPUT = compile("(?<after>" + BakeProgress.OUTPUT_TIME + ")(?: (?<text>.*))?");
    private static final Pattern DONE = compile("DONE (?<seconds>\\d{1,9}\\.\\d+)s");
    private static final String ERROR = "ERROR: ";

    /** In a log that is read byte by byte, a part of a character can look like the end of a line. */
    static Pattern compile(String expression) {
        return Pattern.compile(expression, Pattern.DOTALL);
    }

    /** Reads a line; null if it is not about a step. */
    @CheckForNull
    static PlainLine of(@NonNull String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            return null;
        }
        String id = parts.group("id");
        String text = parts.group("text");
        Matcher output = OUTPUT.matcher(text);
        Matcher done = DONE.matcher(text);
        if (output.matches()) {
            String printed = output.group("text");
            return new PlainLine(id, Kind.OUTPUT, printed == null ? "" : printed, output.group("after"));
        } else if (done.matches()) {
            return new PlainLine(id, Kind.DONE, "", done.group("seconds"));
        } else if (text.startsWith(ERROR)) {
            return new PlainLine(id, Kind.ERROR, text.substring(ERROR.length()), "");
        }
        return switch (text) {
            case "DONE" -> new PlainLine(id, Kind.DONE, "", "0.0");
            case "..." -> new PlainLine(id, Kind.PAUSED, "", "");
            case "CACHED" -> new PlainLine(id, Kind.CACHED, "", "");
            case "CANCELED" -> new PlainLine(id, Kind.CANCELED, "", "");
            default -> new PlainLine(id, Kind.NAME, text, "");
        };
    }

    /** Returns what a terminal shows of a progress bar in the end: what follows the last carriage return. */
    @NonNull
    String lastState() {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '\r') {
            end--;
        }
        return text.substring(text.lastIndexOf('\r', end - 1) + 1, end);
    }
}
