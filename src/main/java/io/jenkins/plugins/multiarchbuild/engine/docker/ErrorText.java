package io.jenkins.plugins.multiarchbuild.engine.docker;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code docker} writes to standard error when a command fails. */
public final class ErrorText {

    /** What to say if {@link #isWithoutBuildx}. */
    public static final Sentence WITHOUT_BUILDX = Sentence.of("ErrorText.withoutBuildx");

    private static final Pattern ERROR_LINE = Pattern.compile("^ERROR: ?(?<text>.+)$");

    /** What older versions write; a web server's answer may contain it too. */
    private static final Pattern OTHER_ERROR_LINE = Pattern.compile("^[eE]rror: ?(?<text>.+)$");

    /** Without buildx, {@code docker} takes the flags for its own, and refers to its own help. */
    private static final Pattern NO_BUILDX = Pattern.compile("is not a docker command|(?:See|Run) 'docker --help'");

    /** BuildKit 0.24 and newer put each of several errors of a registry on a line of its own. */
    private static final String SEVERAL = " errors:";

    private ErrorText() {}

    /** Whether a command failed because {@code docker} has no plugin of the name {@code buildx}. */
    public static boolean isWithoutBuildx(@NonNull String stderr) {
        return NO_BUILDX.matcher(stderr).find();
    }

    /**
     * Returns the last line that begins with {@code ERROR:}, without that, or else the last line that is not blank. If it
     * announces several errors, these follow on the same line.
     */
    @NonNull
    public static String lastError(@NonNull String stderr) {
        List<String> lines =
                stderr.lines().map(String::trim).filter(line -> !line.isEmpty()).toList();
        for (Pattern pattern : List.of(ERROR_LINE, OTHER_ERROR_LINE)) {
            for (int i = lines.size() - 1; i >= 0; i--) {
                Matcher error = pattern.matcher(lines.get(i));
                if (error.matches()) {
                    String text = error.group("text");
                    return text.endsWith(SEVERAL)
                            ? text + " " + String.join("; ", lines.subList(i + 1, lines.size()))
                            : text;
                }
            }
        }
        return lines.isEmpty() ? "no reason was given" : lines.get(lines.size() - 1);
    }

    /** Returns the {@linkplain #lastError last error} for a message. */
    @NonNull
    public static Sentence reason(@NonNull String stderr) {
        return stderr.isBlank() ? Sentence.of("ErrorText.noReason") : Sentence.verbatim(lastError(stderr));
    }
}
