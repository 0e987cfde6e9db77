package io.jenkins.plugins.multiarchbuild.engine.progress;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

    /** The maximum number of steps of a bake whose times are kept. */
    public static final int MOST_TIMED = 200;

    private static final long FIRST_SILENCE = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_SILENCE = TimeUnit.SECONDS.toNanos(30);

    private static final String BUILDER = "building with ";
    private static final String CACHE_IMPORT = "importing cache manifest ";

    private static final Pattern LINE = compile("#(?<step>\\d+) (?<text>.*)");
    private static final Pattern OUTPUT = compile("(?<after>\\d{1,9}\\.\\d{3})(?: (?<text>.*))?");
    private static final Pattern PUSH =
            compile("(?<what>pushing (?:layers|manifest for .*)) (?<seconds>\\d{1,9}\\.\\d)s done");
    private static final Pattern END =
            compile("(?:DONE (?<seconds>\\d{1,9}\\.\\d+)s|(?<cached>CACHED)|CANCELED|ERROR: (?<error>.*))");
    private static final Pattern NAME = compile("\\[(?<target>[\\w-]+)(?: (?<stage>[^\\]]*))?\\] ?(?<text>.*)");

    private final Map<String, Platform> targets = new LinkedHashMap<>();
    private final Set<Platform> emulated;
    private final boolean raw;
    private final LongSupplier clock;

    private final Map<String, BakeStep> steps = new LinkedHashMap<>();
    private final Set<Platform> counted = new HashSet<>();
    private final Locale locale;
    private boolean inProgress;
    private long shown;
    private long silence = FIRST_SILENCE;

    /**
     * @param platforms the platforms of the bake
     * @param emulated those that the builder emulates
     * @param raw whether to show all lines as they are
     * @param clock the time in nanoseconds, as {@link System#nanoTime}
     * @param locale the language of the lines that are not buildx's own
     */
    public BakeProgress(
            @NonNull Collection<Platform> platforms,
            @NonNull Set<Platform> emulated,
            boolean raw,
            @NonNull LongSupplier clock,
            @NonNull Locale locale) {
        this.raw = raw;
        this.locale = locale;
        platforms.forEach(platform -> targets.put(platform.targetName(), platform));
        this.emulated = Set.copyOf(emulated);
        this.clock = clock;
        this.shown = clock.getAsLong();
    }

    /** In a log that is read byte by byte, a part of a character can look like the end of a line. */
    private static Pattern compile(String expression) {
        return Pattern.compile(expression, Pattern.DOTALL);
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
        Matcher progress = LINE.matcher(line);
        if (line.equals(END_OF_BAKE)) {
            targets.values().forEach(platform -> showCached(platform, lines));
            EmulationCost.of(steps.values(), emulated).forEach(cost -> lines.add(cost.in(locale)));
            return lines;
        }
        if (raw && !line.equals(HEARTBEAT)) {
            lines.add(line);
        } else if (progress.matches()) {
            inProgress = true;
            read(progress.group("step"), progress.group("text"), line, lines);
        } else if (!line.equals(HEARTBEAT) && !(inProgress && line.isEmpty())) {
            inProgress = false;
            lines.add(line);
        }
        breakSilence(lines);
        return lines;
    }

    private void read(String id, String text, String line, List<String> lines) {
        BakeStep step = steps.get(id);
        Matcher output = OUTPUT.matcher(text);
        Matcher end = END.matcher(text);
        boolean isOutput = output.matches();
        boolean isEnd = end.matches();
        if (step == null) {
            if (isOutput || isEnd) {
                lines.add(line);
            } else if (!text.equals("...")) {
                begin(id, text, lines);
            }
        } else if (isOutput) {
            step.printed(Double.parseDouble(output.group("after")), clock.getAsLong());
            if (!step.announced) {
                step.announced = true;
                lines.add(step.title());
            }
            String printed = output.group("text");
            lines.add((step.platform() == null ? "" : step.platform() + " ") + "| " + (printed == null ? "" : printed));
        } else if (isEnd && !step.isEnded()) {
            end(step, end, lines);
        } else {
            Matcher push = PUSH.matcher(text);
            if (push.matches()) {
                step.pushed(push.group("what"), Double.parseDouble(push.group("seconds")));
            }
        }
    }

    private void begin(String id, String name, List<String> lines) {
        Matcher parts = NAME.matcher(name);
        String target = parts.matches() ? parts.group("target") : "";
        Platform platform = platform(target);
        String own = name;
        if (platform != null) {
            String stage = String.join(
                    " ",
                    Stream.of(linked(target, platform), parts.group("stage"))
                            .filter(Objects::nonNull)
                            .toList());
            own = (stage.isEmpty() ? "" : "[" + stage + "] ") + parts.group("text");
        } else if (targets.size() == 1) {
            platform = targets.values().iterator().next();
        }
        BakeStep step = new BakeStep(platform, own, clock.getAsLong());
        steps.put(id, step);
        if (name.startsWith(BUILDER)) {
            step.end(false, "0", false, clock.getAsLong());
            lines.add(name);
        } else if (own.startsWith("exporting ")) {
            showCached(step.platform(), lines);
        }
    }

    @CheckForNull
    private Platform platform(String target) {
        return targets.entrySet().stream()
                .filter(each -> target.equals(each.getKey()) || target.endsWith("-" + each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** Returns the name of a target that the image is built on, from {@code name-linux_arm64}; null for the image's own. */
    @CheckForNull
    private static String linked(String target, Platform platform) {
        int length = target.length() - platform.targetName().length() - 1;
        return length > 0 ? target.substring(0, length) : null;
    }

    private void end(BakeStep step, Matcher end, List<String> lines) {
        step.end(end.group("cached") != null, end.group("seconds"), end.group("error") != null, clock.getAsLong());
        if (end.group("error") != null
                && step.name().startsWith(CACHE_IMPORT)
                && end.group("error").endsWith("not found")) {
            lines.add(text("BakeProgress.notFound", step.title()));
        } else if (end.group("error") != null) {
            lines.add(text("BakeProgress.failed", step.title(), end.group("error")));
        } else if (step.isInternal() || step.isCached()) {
            return;
        } else if (end.group("seconds") != null) {
            boolean slow = emulated.contains(step.platform()) && step.isRun();
            lines.add(text(slow ? "BakeProgress.emulated" : "BakeProgress.done", step.title(), end.group("seconds")));
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
        PlatformSteps taken = PlatformSteps.of(platform, steps.values());
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
        for (Platform platform : targets.values()) {
            PlatformSteps own = PlatformSteps.of(platform, image, steps.values());
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
        for (BakeStep step : clock.isRunning() ? steps.values() : List.<BakeStep>of()) {
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
            for (BakeStep step : steps.values()) {
                if (!step.isEnded()) {
                    long seconds = TimeUnit.NANOSECONDS.toSeconds(now - step.since());
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
