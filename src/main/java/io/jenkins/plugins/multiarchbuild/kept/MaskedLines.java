package io.jenkins.plugins.multiarchbuild.kept;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.progress.BakeProgress;
import io.jenkins.plugins.multiarchbuild.engine.text.SecretFinder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks secrets in the progress of buildx, also those that a step has printed in several lines while other steps printed
 * theirs. It looks at some hundred kilobytes at a time, which overlap.
 */
final class MaskedLines extends OutputStream {

    /** A longer line is left out: a secret in it could be divided where the line would be. */
    static final int LONGEST_LINE = 256 * 1024;

    private static final int WINDOW = 512 * 1024;

    /** About what a line takes in memory beside its text: an agent may send a great many empty ones. */
    private static final int OVERHEAD = 128;

    private static final String LEFT_OUT =
            "[multiArchBuild] A line of more than " + LONGEST_LINE / 1024 + " KiB is left out.";

    /** What buildx writes before the output of a step, and before what it repeats of it when the step has failed. */
    private static final Pattern PREFIX =
            Pattern.compile("(?<step>#\\d{1,9} )?(?<time>" + BakeProgress.OUTPUT_TIME + " )?");

    private final OutputStream out;
    private final SecretFinder secrets;
    private final ByteArrayOutputStream current = new ByteArrayOutputStream();
    private boolean tooLong;
    private List<Line> lines = new ArrayList<>();
    private int size;

    /**
     * A line.
     *
     * @param text with one character for each byte, and with its line break if it has one
     * @param step tells what one step has printed from all other lines
     * @param start where the text begins that the step has printed
     * @param end where it ends, without the line break
     */
    private record Line(String text, String step, int start, int end, BitSet found) {

        static Line of(String text) {
            Matcher prefix = PREFIX.matcher(text);
            int start = prefix.lookingAt() ? prefix.end() : 0;
            String step = prefix.group("step");
            // buildx names a step whenever it shows it again, between the lines that it prints
            step = step == null ? "" : prefix.group("time") == null ? "#" : step;
            int end = text.length();
            while (end > start && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
                end--;
            }
            return new Line(text, step, start, end, new BitSet(0));
        }

        int size() {
            return text.length() + OVERHEAD;
        }

        /** Whether another line repeats it from its beginning: it had no end yet when buildx showed another step. */
        boolean isRepeatedIn(Line next) {
            return start > 0 && next.text.regionMatches(0, text, 0, end);
        }
    }

    /** @param out receives whole lines */
    MaskedLines(@NonNull SecretFinder secrets, @NonNull OutputStream out) {
        this.secrets = secrets;
        this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
        if (current.size() == LONGEST_LINE) {
            tooLong = true;
            current.reset();
        }
        if (!tooLong) {
            current.write(value);
        }
        if (value == '\n') {
            endLine();
        }
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(buffer[i]);
        }
    }

    private void endLine() throws IOException {
        String text = tooLong ? LEFT_OUT + "\n" : current.toString(StandardCharsets.ISO_8859_1);
        tooLong = false;
        current.reset();
        if (text.isEmpty()) {
            return;
        }
        Line line = Line.of(text);
        lines.add(line);
        size += line.size();
        if (size > WINDOW) {
            find();
            pass(WINDOW / 2);
        }
    }

    private void find() {
        Map<String, List<Line>> bySteps = new HashMap<>();
        lines.forEach(line ->
                bySteps.computeIfAbsent(line.step, step -> new ArrayList<>()).add(line));
        bySteps.values().forEach(this::find);
    }

    private void find(List<Line> step) {
        mark(step);
        List<Line> whole = new ArrayList<>();
        for (int i = 0; i < step.size(); i++) {
            if (i + 1 == step.size() || !step.get(i).isRepeatedIn(step.get(i + 1))) {
                whole.add(step.get(i));
            }
        }
        if (whole.size() == step.size()) {
            return;
        }
        mark(whole);
        for (int i = step.size() - 2; i >= 0; i--) {
            if (step.get(i).isRepeatedIn(step.get(i + 1))) {
                step.get(i).found.or(step.get(i + 1).found.get(0, step.get(i).end));
            }
        }
    }

    /** Marks the secrets in what lines that follow each other say. */
    private void mark(List<Line> following) {
        StringBuilder printed = new StringBuilder();
        following.forEach(
                line -> printed.append(line.text, line.start, line.end).append('\n'));
        BitSet found = secrets.find(printed.toString());
        if (found.isEmpty()) {
            return;
        }
        int at = 0;
        for (Line line : following) {
            int length = line.end - line.start;
            found.get(at, at + length).stream().forEach(bit -> line.found.set(line.start + bit));
            at += length + 1;
        }
    }

    /** Passes on the lines before the last ones. */
    private void pass(int kept) throws IOException {
        int passed = 0;
        while (passed < lines.size() && size > kept) {
            Line line = lines.get(passed);
            out.write(SecretFinder.masked(line.text, 0, line.found).getBytes(StandardCharsets.ISO_8859_1));
            size -= line.size();
            passed++;
        }
        lines = new ArrayList<>(lines.subList(passed, lines.size()));
    }

    /** Passes on everything, also a line that has no end yet. */
    void end() throws IOException {
        endLine();
        find();
        pass(0);
    }
}
