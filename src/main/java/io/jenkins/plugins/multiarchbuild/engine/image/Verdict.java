package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import java.io.Serializable;
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
 * @param error why the image is not for its platform, in whole sentences; null if it is
 */
public record Verdict(
        int programs,
        @NonNull Foreign foreign,
        @NonNull Foreign allowed,
        @NonNull List<String> started,
        @CheckForNull String missing,
        boolean complete,
        @CheckForNull String error)
        implements Serializable {

    /** How many foreign programs are named. */
    static final int MOST_LISTED = 10;

    private static final int MOST_STARTED = 50;

    private static final int LONGEST_LINE = 4000;

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
        public String text() {
            return String.join(", ", first) + (count > first.size() ? " and " + (count - first.size()) + " more" : "");
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
    public String summary(@NonNull Platform platform) {
        StringBuilder text = new StringBuilder(platform + " verified: ");
        if (programs > 0) {
            text.append(programs).append(programs == 1 ? " program" : " programs");
        } else {
            text.append(foreign.count > 0 ? "none of its programs is for it" : "no native programs");
        }
        started.forEach(each -> text.append(", ").append(each));
        if (foreign.count > 0) {
            text.append("; for other platforms: ").append(foreign.text());
        }
        if (allowed.count > 0) {
            text.append("; allowed by foreignPrograms: ").append(allowed.text());
        }
        if (missing != null) {
            text.append("; what the image starts, ").append(missing).append(", was not found");
        }
        return line(text.toString());
    }

    /** Why the image must not be published, on one line; null if it was found to be for its platform. */
    @CheckForNull
    public String failure(@NonNull Platform platform) {
        if (error != null) {
            return line("The image for " + platform + " does not run on that platform: " + error);
        }
        return complete
                ? null
                : "The image for " + platform
                        + " cannot be verified: it has more programs, scripts and symbolic links than"
                        + " can be looked at, which is some 150,000. Leave out what it does not need, or build without this"
                        + " check: verifyPlatforms: false in a Pipeline, --no-verify on the command line.";
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
