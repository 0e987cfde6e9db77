package io.jenkins.plugins.multiarchbuild.engine.progress;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.progress.PlainLine.Kind;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns what {@code docker buildx bake --progress plain} writes into a log for people: the steps of each platform with
 * their times, what they print, and what still runs when nothing else happens. Whatever is not part of the progress,
 * such as warnings and errors, stays as it is.
 *
 * <p>It keeps what it has seen of each step. After a restart of the controller it starts anew; lines about steps that
 * began before are then shown as buildx writes them.
 */
public final class BakeProgress {

    /** A line that is only written so that Jenkins notices the end of the bake in time; it is not shown. */
    public static final String HEARTBEAT = "[multiArchBuild] Still building.";

    /** A line that tells that the bake has ended; it is not shown. */
    public static final String END_OF_BAKE = "[multiArchBuild] Built.";

    /**
     * A regular expression for the seconds that buildx writes in front of what a step prints: {@code 1.234}, {@code
     * 12.34}, {@code 123.4}, {@code 1234.5}.
     */
    public static final String OUTPUT_TIME = "(?:\\d\\.\\d{3}|\\d{2}\\.\\d{2}|\\d{3,9}\\.\\d)";

    /** The maximum number of steps of a bake whose times are kept. */
    public static final int MOST_TIMED = 200;

    private static final long FIRST_SILENCE = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_SILENCE = TimeUnit.SECONDS.toNanos(30);

    private static final String BUILDER = "building with ";
    private static final String END_OF_STEPS = "------";
    private static final String CACHE_IMPORT = "importing cache manifest ";

    private static final Pattern PUSH =
            PlainLine.compile("(?<what>pushing (?:layers|manifest for .*)) (?<seconds>\\d{1,9}\\.\\d)s done");

    /** Buildx colours the warnings of a Dockerfile even where nobody sees colours. */
    private static final Pattern COLOUR = Pattern.compile("\\x1b\\[[0-9;]*m");

    private final Set<Platform> platforms;
    private final Emulation emulation;
    private final boolean raw;
    private final LongSupplier clock;

    /** In the order in which they began. Of steps that have the same content, buildx gives several the same number. */
    private final List<BakeStep> steps = new ArrayList<>();

    private final Map<String, BakeStep> current = new HashMap<>();
    private final Set<Platform> counted = new HashSet<>();
    private final Locale locale;
    private boolean inProgress;
    private boolean inError;
    private boolean afterEmptyLine;
    private long shown;
    private long silence = FIRST_SILENCE;

    /**
     * @param platforms the platforms of the bake
     * @param emulation which of their steps are emulated
     * @param raw whether to show all lines as they are
     * @param clock the time in nanoseconds, as {@link System#nanoTime}
     * @param locale the language of the lines that are not buildx's own
     */
    public BakeProgress(
            @NonNull Collection<Platform> platforms,
            @NonNull Emulation emulation,
            boolean raw,
            @NonNull LongSupplier clock,
            @NonNull Locale locale) {
        this.raw = raw;
        this.locale = locale;
        this.platforms = new LinkedHashSet<>(platforms);
        this.emulation = emulation;
        this.clock = clock;
        this.shown = clock.getAsLong();
    }

    /**
     * Returns what to show for a line of buildx.
     *
     * @param line without its line break
     * @return any number of lines
     */
    @NonNull
    public List<String> show(@NonNull String line) {
        List<String> lines = new ArrayList<>();
        if (line.equals(END_OF_BAKE)) {
            platforms.forEach(platform -> showCached(platform, lines));
            EmulationCost.of(steps, emulation).forEach(cost -> lines.add(cost.in(locale)));
            return lines;
        }
        if (!line.equals(HEARTBEAT)) {
            read(line, lines);
        }
        breakSilence(lines);
        return lines;
    }

    private void read(String line, List<String> lines) {
        PlainLine step = raw || inError && !line.isEmpty() ? null : PlainLine.of(line);
        if (step != null) {
            inProgress = true;
            inError = step.kind() == Kind.ERROR;
            read(step, line, lines);
        } else if (raw || !(inProgress && line.isEmpty())) {
            // what follows an error without an empty line is a part of it, whatever it looks like
            inError = inError && !line.equals(END_OF_STEPS);
            inProgress = inError;
            lines.add(raw ? line : COLOUR.matcher(line).replaceAll(""));
        } else {
            inError = false;
        }
        afterEmptyLine = line.isEmpty();
    }

    private void read(PlainLine line, String whole, List<String> lines) {
        BakeStep step = current.get(line.id());
        if (line.kind() == Kind.NAME) {
            readName(step, line, lines);
        } else if (step == null && line.kind() != Kind.PAUSED) {
            lines.add(whole);
        } else if (step != null && line.kind() == Kind.OUTPUT) {
            readOutput(step, line, lines);
        } else if (line.kind().isEnd()) {
            steps.stream()
                    .filter(each -> each.id().equals(line.id()) && !each.isEnded())
                    .forEach(each -> end(each, line, lines));
        }
    }

    private void readName(@CheckForNull BakeStep step, PlainLine line, List<String> lines) {
        String name = line.text();
        boolean isName = afterEmptyLine || step == null && (name.startsWith("[") || name.startsWith(BUILDER));
        if (isName) {
            current.put(
                    line.id(),
                    steps.stream()
                            .filter(each -> each.id().equals(line.id()) && each.isCalled(name))
                            .findFirst()
                            .orElseGet(() -> begin(line.id(), name, lines)));
            current.get(line.id()).goOn();
        } else if (step != null) {
            Matcher push = PUSH.matcher(name);
            if (push.matches()) {
                step.pushed(push.group("what"), Double.parseDouble(push.group("seconds")));
            }
        }
    }

    private void readOutput(BakeStep step, PlainLine line, List<String> lines) {
        String text = line.lastState();
        if (!step.prints(line.seconds(), text, clock.getAsLong())) {
            return;
        }
        if (!step.announced) {
            step.announced = true;
            lines.add(step.title());
        }
        lines.add((step.platform() == null ? "" : step.platform() + " ") + "| " + text);
    }

    private BakeStep begin(String id, String called, List<String> lines) {
        StepName name = StepName.of(called, platforms);
        BakeStep step = new BakeStep(id, called, name, clock.getAsLong());
        steps.add(step);
        if (called.startsWith(BUILDER)) {
            step.end(Kind.DONE, "0", clock.getAsLong());
            lines.add(called);
        } else if (step.name().startsWith("exporting ")) {
            showCached(step.platform(), lines);
        }
        return step;
    }

    private void end(BakeStep step, PlainLine end, List<String> lines) {
        step.end(end.kind(), end.seconds(), clock.getAsLong());
        if (end.kind() == Kind.ERROR
                && step.name().startsWith(CACHE_IMPORT)
                && end.text().endsWith("not found")) {
            lines.add(text("BakeProgress.notFound", step.title()));
        } else if (end.kind() == Kind.ERROR) {
            lines.add(text("BakeProgress.failed", step.title(), end.text()));
        } else if (step.isInternal() || step.isCached()) {
            return;
        } else if (end.kind() == Kind.DONE) {
            lines.add(text(
                    emulation.covers(step) ? "BakeProgress.emulated" : "BakeProgress.done",
                    step.title(),
                    step.lastRun()));
        } else {
            lines.add(text("BakeProgress.stopped", step.title()));
        }
    }

    private String text(String code, Object... arguments) {
        return Sentence.of(code, arguments).in(locale);
    }

    /** Adds how many steps of a platform came from the cache, once. */
    private void showCached(@CheckForNull Platform platform, List<String> lines) {
        if (platform == null || !counted.add(platform)) {
            return;
        }
        PlatformSteps taken = PlatformSteps.of(platform, steps);
        if (taken.cached() > 0) {
            lines.add(text(
                    taken.steps() == 1 ? "BakeProgress.cachedStep" : "BakeProgress.cachedSteps",
                    platform,
                    taken.cached(),
                    taken.steps()));
        }
    }

    /**
     * Returns what the steps that have ended took.
     *
     * @param image the name of one of several images, or empty for all steps
     * @return the platforms that had steps
     */
    @NonNull
    public Map<Platform, PlatformSteps> taken(@NonNull String image) {
        Map<Platform, PlatformSteps> taken = new LinkedHashMap<>();
        for (Platform platform : platforms) {
            PlatformSteps own = PlatformSteps.of(platform, image, steps);
            if (own.steps() > 0) {
                taken.put(platform, own);
            }
        }
        return taken;
    }

    /**
     * Returns when each step ran.
     *
     * @param clock the clock of this progress
     * @return at most {@value #MOST_TIMED}, in the order in which they began; if there were more, those that took longest
     */
    @NonNull
    public List<TimedStep> timed(@NonNull LogClock clock) {
        Map<List<Object>, TimedStep> timed = new LinkedHashMap<>();
        for (BakeStep step : clock.isRunning() ? steps : List.<BakeStep>of()) {
            for (TimedStep part : step.timed(clock)) {
                // BuildKit may report the same step twice, once as cached and once with a time of its own
                timed.merge(
                        Arrays.asList(part.platform(), part.isPush() ? step : part.name()),
                        part,
                        (one, other) -> one.millis() > other.millis() ? one : other);
            }
        }
        return timed.values().stream()
                .sorted(Comparator.comparingLong(TimedStep::millis).reversed())
                .limit(MOST_TIMED)
                .sorted(Comparator.comparingLong(TimedStep::startMillis).thenComparing(TimedStep::endMillis))
                .toList();
    }

    /** Adds what still runs if nothing was shown for a while, the first time sooner than the next times. */
    private void breakSilence(List<String> lines) {
        long now = clock.getAsLong();
        if (!lines.isEmpty()) {
            silence = FIRST_SILENCE;
        } else if (now - shown >= silence) {
            silence = LONGEST_SILENCE;
            for (BakeStep step : steps) {
                long seconds = TimeUnit.NANOSECONDS.toSeconds(now - step.began());
                // a step that has just begun has not been silent
                if (!step.isEnded() && seconds > 0) {
                    lines.add(text("BakeProgress.running", step.title(), seconds));
                    step.announced = true;
                }
            }
            if (lines.isEmpty()) {
                lines.add(text("BakeProgress.stillBuilding"));
            }
        }
        if (!lines.isEmpty()) {
            shown = now;
        }
    }
}
