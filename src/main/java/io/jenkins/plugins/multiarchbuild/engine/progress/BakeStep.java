package io.jenkins.plugins.multiarchbuild.engine.progress;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A step of a bake, as buildx reports it, from its first line on. */
final class BakeStep {

    private static final int LONGEST_NAME = 200;

    private static final Pattern INTERNAL = Pattern.compile(
            "\\[(?:internal|auth|context .*)\\].*" + "|resolving provenance for metadata file", Pattern.DOTALL);
    private static final Pattern NUMBERED = Pattern.compile("\\[(?:\\S+ )?\\d+/\\d+\\] (?<text>.*)", Pattern.DOTALL);

    /** Whether it is in the log already. */
    boolean announced;

    private final Platform platform;
    private final String name;
    private final long since;
    private boolean ended;
    private boolean cached;
    private double seconds;

    /** @param since when it began, in nanoseconds */
    BakeStep(@CheckForNull Platform platform, @NonNull String name, long since) {
        this.platform = platform;
        this.name = name;
        this.since = since;
    }

    /** @param time its seconds, or null if unknown */
    void end(boolean fromCache, @CheckForNull String time) {
        ended = true;
        cached = fromCache;
        seconds = time == null ? 0 : Double.parseDouble(time);
    }

    @CheckForNull
    Platform platform() {
        return platform;
    }

    @NonNull
    String name() {
        return name;
    }

    long since() {
        return since;
    }

    boolean isEnded() {
        return ended;
    }

    boolean isCached() {
        return cached;
    }

    /** How long it took in seconds, 0 if unknown. */
    double seconds() {
        return seconds;
    }

    /** Whether it is not worth a line. */
    boolean isInternal() {
        return platform == null || INTERNAL.matcher(name).matches();
    }

    /** Whether it is an instruction of the Dockerfile. */
    boolean isNumbered() {
        return NUMBERED.matcher(name).matches();
    }

    /** Whether it runs a program of the image. */
    boolean isRun() {
        Matcher numbered = NUMBERED.matcher(name);
        return numbered.matches() && numbered.group("text").startsWith("RUN ");
    }

    @NonNull
    String shortName() {
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name;
    }

    @NonNull
    String title() {
        return platform == null ? shortName() : platform + "  " + shortName();
    }
}
