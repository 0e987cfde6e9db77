package io.jenkins.plugins.multiarchbuild.engine.builder;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes amounts of disk space. As for buildx, 1 GB has 1,024 MB. */
public final class DiskSize {

    private static final String UNITS = "kmgt";

    private static final int STEP = 1024;

    private static final Pattern SIZE =
            Pattern.compile("(?i)(?<number>\\d{1,6}(?:\\.\\d{1,3})?)\\s*(?<unit>[kmgt])i?b?");

    private DiskSize() {}

    /**
     * Reads an amount such as {@code 20GB}; {@code 0} needs no unit.
     *
     * @param parameter what it is, for the message
     * @return the number of bytes
     * @throws InvalidRequestException if it is not understood
     */
    public static long parse(@NonNull Sentence parameter, @NonNull String text) {
        if (text.trim().equals("0")) {
            return 0;
        }
        Matcher size = SIZE.matcher(text.trim());
        if (!size.matches()) {
            throw new InvalidRequestException(Sentence.of("DiskSize.noSize", parameter, text));
        }
        double bytes = Double.parseDouble(size.group("number"));
        for (int i = UNITS.indexOf(size.group("unit").toLowerCase(Locale.ROOT)); i >= 0; i--) {
            bytes *= STEP;
        }
        return (long) bytes;
    }

    /** Returns a number of bytes for people: {@code 1.5 GB}. */
    @NonNull
    public static String text(long bytes) {
        double number = bytes;
        int unit = -1;
        while (number >= STEP && unit < UNITS.length() - 1) {
            number /= STEP;
            unit++;
        }
        return unit < 0
                ? bytes + " B"
                : String.format(Locale.ROOT, "%.1f %sB", number, Character.toUpperCase(UNITS.charAt(unit)));
    }
}
