package io.jenkins.plugins.multiarchbuild.engine.progress;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.progress.PlainLine.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A step of a bake, as buildx reports it, from its first line on. */
final class BakeStep {

    private static final int LONGEST_NAME = 200;

    private static final Pattern INTERNAL = Pattern.compile(
            "\\[(?:[\\w-]+ )?(?:internal|auth|context .*)\\].*" + "|resolving provenance for metadata file",
            Pattern.DOTALL);
    private static final Pattern NUMBERED =
            Pattern.compile("\\[(?<stage>(?:\\S+ ){0,2})(?<number>\\d+)/(?<total>\\d+)\\] (?<text>.*)", Pattern.DOTALL);

    private static final Pattern EXPORT = Pattern.compile("(?:\\[\\S+\\] )?exporting to .*");

    /** Whether it is in the log already. */
    boolean announced;

    private final String id;
    private final String called;
    private final Platform platform;
    private final String name;

    /** By when it had begun, in nanoseconds: its first line may come late. */
    private long began;

    private boolean ended;
    private boolean cached;
    private boolean failed;

    /** Negative if unknown. */
    private double seconds = -1;

    /** The seconds of its first run, which the end of the second one includes. */
    private double earlier;

    private long until;

    /** The seconds of each part of it that pushed something. */
    private final Map<String, Double> pushes = new HashMap<>();

    /** What it has printed last, and when. */
    private String printed = "";

    private String printedAfter = "";
    private boolean goesOn;

    /**
     * @param id its number, which steps of several platforms or images can share
     * @param called its name as buildx writes it
     * @param began by when it had begun, in nanoseconds
     */
    BakeStep(@NonNull String id, @NonNull String called, @NonNull StepName name, long began) {
        this.id = id;
        this.called = called;
        this.platform = name.platform();
        this.name = name.text();
        this.began = began;
    }

    /**
     * @param time its seconds, or empty if unknown
     * @param now in nanoseconds
     */
    void end(@NonNull Kind how, @NonNull String time, long now) {
        ended = true;
        cached = how == Kind.CACHED;
        failed = how == Kind.ERROR;
        seconds = time.isEmpty() ? -1 : Double.parseDouble(time);
        until = now;
    }

    /**
     * Notes that buildx shows it again, after others. It then repeats a line that had no end yet, or an export that had
     * ended goes on: BuildKit 0.28 and newer push in a second run of that step.
     */
    void goOn() {
        goesOn = true;
        if (ended && seconds >= 0 && !cached && !failed && EXPORT.matcher(name).matches()) {
            ended = false;
            earlier = seconds;
        }
    }

    /**
     * Notes that it has printed something.
     *
     * @param after seconds after it began
     * @param now in nanoseconds
     * @return false if it has only been repeated
     */
    boolean prints(@NonNull String after, @NonNull String text, long now) {
        boolean again = goesOn && after.equals(printedAfter) && text.equals(printed);
        goesOn = false;
        printed = text;
        printedAfter = after;
        began = Math.min(began, now - nanos(Double.parseDouble(after)));
        return !again;
    }

    /** Notes that a part of it has pushed something. */
    void pushed(@NonNull String what, double took) {
        pushes.put(what, took);
    }

    @NonNull
    String id() {
        return id;
    }

    /** Whether it is what buildx means by a name. */
    boolean isCalled(@NonNull String other) {
        return called.equals(other);
    }

    @CheckForNull
    Platform platform() {
        return platform;
    }

    @NonNull
    String name() {
        return name;
    }

    long began() {
        return began;
    }

    boolean isEnded() {
        return ended;
    }

    boolean isCached() {
        return cached;
    }

    /** Returns how long its last run took, as buildx writes it. */
    @NonNull
    String lastRun() {
        return String.format(Locale.ROOT, "%.1f", Math.max(0, seconds() - earlier));
    }

    /** How long it took in seconds, 0 if unknown. */
    double seconds() {
        return Math.max(0, seconds);
    }

    /**
     * Returns when it ran, as far as that is known.
     *
     * @return none for a step that tells nothing; two for one that has also pushed what it exported, which it does last
     */
    @NonNull
    List<TimedStep> timed(@NonNull LogClock clock) {
        if (cached) {
            return isNumbered() ? List.of(timed(clock, name, until, until, TimedStep.Outcome.CACHED)) : List.of();
        }
        if (!ended) {
            return platform == null
                    ? List.of()
                    : List.of(timed(clock, name, began, clock.end(), TimedStep.Outcome.STOPPED));
        }
        long start = seconds < 0 ? Math.min(began, until) : until - nanos(seconds);
        TimedStep.Outcome outcome =
                failed ? TimedStep.Outcome.FAILED : seconds < 0 ? TimedStep.Outcome.STOPPED : TimedStep.Outcome.DONE;
        if (!isNumbered() && (seconds == 0 || platform == null && outcome != TimedStep.Outcome.DONE)) {
            return List.of();
        }
        if (name.startsWith("pushing ")) {
            return List.of(timed(clock, null, start, until, outcome));
        }
        double pushing = Math.min(
                seconds(),
                pushes.values().stream().mapToDouble(Double::doubleValue).sum());
        if (pushing > 0) {
            long middle = until - nanos(pushing);
            return List.of(timed(clock, name, start, middle, outcome), timed(clock, null, middle, until, outcome));
        }
        return List.of(timed(clock, name, start, until, outcome));
    }

    private TimedStep timed(
            LogClock clock, @CheckForNull String shown, long start, long end, TimedStep.Outcome outcome) {
        long from = Math.max(0, start);
        return new TimedStep(
                platform,
                shown == null || shown.length() <= TimedStep.LONGEST_NAME
                        ? shown
                        : shown.substring(0, TimedStep.LONGEST_NAME),
                TimeUnit.NANOSECONDS.toMillis(from),
                TimeUnit.NANOSECONDS.toMillis(Math.max(0, end - from)),
                TimeUnit.NANOSECONDS.toMillis(clock.slack(ended ? until : began)),
                outcome);
    }

    private static long nanos(double time) {
        return Math.round(time * TimeUnit.SECONDS.toNanos(1));
    }

    /** Whether it is not worth a line. */
    boolean isInternal() {
        return platform == null || INTERNAL.matcher(name).matches();
    }

    /** Whether it is a step of one of several images, or of any if the name is empty. */
    boolean isOf(@NonNull String image) {
        return image.isEmpty() || name.startsWith("[" + image + " ") || name.startsWith("[" + image + "]");
    }

    /** Whether it is an instruction of the Dockerfile. */
    boolean isNumbered() {
        return numbered().matches();
    }

    /** Returns the parts of the name of an instruction: stage, number, total and text. */
    @NonNull
    Matcher numbered() {
        return NUMBERED.matcher(name);
    }

    /** Whether it runs a program of the image. */
    boolean isRun() {
        Matcher numbered = numbered();
        return numbered.matches() && numbered.group("text").startsWith("RUN ");
    }

    /** Returns the platform, the image if there are several, and the stage that it belongs to. */
    @NonNull
    String stage() {
        Matcher numbered = numbered();
        return (platform + " " + (numbered.matches() ? numbered.group("stage") : "")).strip();
    }

    /**
     * Returns its name, cut off after a word if it is long. What is cut off within a word may be a secret, of which
     * the rest would not be masked.
     */
    @NonNull
    String shortName() {
        return name.length() > LONGEST_NAME
                ? name.substring(0, Math.max(0, name.lastIndexOf(' ', LONGEST_NAME))) + " ..."
                : name;
    }

    @NonNull
    String title() {
        return platform == null ? shortName() : platform + "  " + shortName();
    }
}
