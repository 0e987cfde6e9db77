package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What was found out about one platform's image. It comes from an agent, so its texts are limited in number and length.
 *
 * @param programs number of native programs and libraries for the platform
 * @param foreign those for other platforms that are not allowed explicitly
 * @param allowed those for other platforms that are
 * @param started the native programs that the image starts, with what they are
 * @param missing the program that the image starts if it was not found in the image, else null
 * @param complete whether all programs were looked at
 * @param problem why the image is not for its platform, in whole sentences; null if it is
 */
public record Verdict(
        int programs,
        @NonNull Foreign foreign,
        @NonNull Foreign allowed,
        @NonNull List<String> started,
        @CheckForNull String missing,
        boolean complete,
        @CheckForNull Sentence problem)
        implements Serializable {

    /** How many foreign programs are named. */
    static final int MOST_LISTED = 10;

    private static final int MOST_STARTED = 50;

    private static final int LONGEST_LINE = 4000;

    private static final String IS = " is ";

    /**
     * Programs for other platforms.
     *
     * @param count their number
     * @param first the first of them, with what they are
     */
    public record Foreign(int count, @NonNull List<String> first) implements Serializable {

        public Foreign {
            first = lines(first, MOST_LISTED);
        }

        /** Returns them on one line: {@code /a (x86-64), /b (AArch64) and 20 more}. */
        @NonNull
        public Sentence text() {
            String names = String.join(", ", first);
            return count > first.size()
                    ? Sentence.of("Verdict.more", names, count - first.size())
                    : Sentence.verbatim(names);
        }
    }

    public Verdict {
        Objects.requireNonNull(foreign);
        Objects.requireNonNull(allowed);
        started = lines(started, MOST_STARTED);
        missing = missing == null ? null : line(missing);
    }

    /** What was found, for the log, on one line: {@code linux/arm64 verified: 214 programs, /app is AArch64}. */
    @NonNull
    public Sentence summary(@NonNull Platform platform) {
        List<Sentence> found = new ArrayList<>();
        if (programs > 0) {
            found.add(Sentence.of(programs == 1 ? "Verdict.program" : "Verdict.programs", programs));
        } else {
            found.add(Sentence.of(foreign.count > 0 ? "Verdict.onlyForeign" : "Verdict.none"));
        }
        started.forEach(each -> found.add(startedText(each)));
        List<Sentence> parts = new ArrayList<>(List.of(Sentence.join(Sentence.of("Sentence.comma"), found)));
        if (foreign.count > 0) {
            parts.add(Sentence.of("Verdict.foreign", foreign.text()));
        }
        if (allowed.count > 0) {
            parts.add(Sentence.of("Verdict.allowed", allowed.text()));
        }
        if (missing != null) {
            parts.add(Sentence.of("Verdict.missing", missing));
        }
        return Sentence.of("Verdict.verified", platform, Sentence.join(Sentence.of("Sentence.semicolon"), parts));
    }

    /** Returns one of {@link #started} as a part of a sentence. */
    @NonNull
    public static Sentence startedText(@NonNull String program) {
        String[] parts = program.split(IS, 2);
        return parts.length < 2 ? Sentence.verbatim(program) : Sentence.of("PlatformCheck.is", parts[0], parts[1]);
    }

    /** Why the image must not be published, on one line; null if it was found to be for its platform. */
    @CheckForNull
    public Sentence failure(@NonNull Platform platform) {
        if (problem != null) {
            return Sentence.of("Verdict.failed", platform, problem);
        }
        return complete ? null : Sentence.of("Verdict.incomplete", platform);
    }

    private static List<String> lines(List<String> texts, int most) {
        return texts.stream().limit(most).map(Verdict::line).toList();
    }

    /** The names of files in an image are anybody's text. */
    private static String line(String text) {
        String line = OneLine.marked(text);
        return line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "..." : line;
    }
}
