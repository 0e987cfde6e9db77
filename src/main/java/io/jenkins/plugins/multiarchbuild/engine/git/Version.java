package io.jenkins.plugins.multiarchbuild.engine.git;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A semantic version, as the name of a Git tag.
 *
 * @param text the version without the {@code v} in front, for example {@code 1.2.3-rc.1}
 * @param release whether it is a release: it has neither a pre-release part nor build metadata
 */
record Version(
        @NonNull String text,
        @NonNull BigInteger major,
        @NonNull BigInteger minor,
        @NonNull BigInteger patch,
        boolean release)
        implements Comparable<Version> {

    private static final String NUMBER = "(0|[1-9][0-9]*)";
    private static final Pattern SYNTAX = Pattern.compile("v?(?<text>" + NUMBER + "\\." + NUMBER + "\\." + NUMBER
            + "(?<rest>(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?))");

    /** Orders by major, minor and patch number; a release comes after its pre-releases, whose order does not matter. */
    private static final Comparator<Version> ORDER = Comparator.comparing(Version::major)
            .thenComparing(Version::minor)
            .thenComparing(Version::patch)
            .thenComparing(Version::release);

    /** Reads the name of a Git tag, with or without a {@code v}; empty if it is not a version. */
    @NonNull
    static Optional<Version> parse(@NonNull String tag) {
        Matcher matcher = SYNTAX.matcher(tag);
        return matcher.matches()
                ? Optional.of(new Version(
                        matcher.group("text"),
                        new BigInteger(matcher.group(2)),
                        new BigInteger(matcher.group(3)),
                        new BigInteger(matcher.group(4)),
                        matcher.group("rest").isEmpty()))
                : Optional.empty();
    }

    @Override
    public int compareTo(@NonNull Version other) {
        return ORDER.compare(this, other);
    }
}
