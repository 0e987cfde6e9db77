package io.jenkins.plugins.multiarchbuild.engine.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.progress.TimedStep.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** When the steps of a bake ran, from its log and from notes of the log's size. */
class TimedStepsTest {

    private static final Platform AMD64 = Platform.parse("amd64");
    private static final Platform ARM64 = Platform.parse("arm64");

    /** Seconds since 1970. */
    private static final long START = 1_800_000_000;

    private final StringBuilder log = new StringBuilder();
    private final List<String> notes = new ArrayList<>(List.of(note(0, 0, 0)));
    private long seconds = 10;

    /** Lines that were written between two looks at the log. */
    private void write(double before, double by, String... lines) {
        for (String line : lines) {
            log.append(line).append('\n');
        }
        notes.add(note(before, by, log.length()));
    }

    private static String note(double before, double by, int size) {
        return date(before) + " " + date(by) + " " + size;
    }

    private static String date(double time) {
        return START + (long) time + "%03d".formatted(Math.round(time * 1000) % 1000) + "000000";
    }

    private List<TimedStep> timed() {
        LogClock clock = new LogClock(notes.stream(), TimeUnit.SECONDS.toNanos(START + seconds));
        BakeProgress progress = new BakeProgress(List.of(AMD64, ARM64), Emulation.NONE, false, clock, Locale.ROOT);
        long bytes = 0;
        for (String line : log.toString().lines().toList()) {
            bytes += line.length() + 1;
            clock.readUpTo(bytes);
            progress.show(line);
        }
        return progress.timed(clock);
    }

    @Test
    void stepBeganAsMuchEarlierAsItTook() {
        write(0.5, 0.75, "#1 [linux_amd64 1/2] RUN make");
        write(4, 5, "#1 1.500 compiling", "#1 DONE 4.3s", "#2 [linux_amd64 2/2] RUN test");
        write(6, 7, "#2 DONE 1.9s");

        assertEquals(
                List.of(
                        new TimedStep(AMD64, "[1/2] RUN make", 700, 4300, 1000, Outcome.DONE),
                        new TimedStep(AMD64, "[2/2] RUN test", 5100, 1900, 1000, Outcome.DONE)),
                timed());
    }

    @Test
    void cachedStepIsAPointInTime() {
        write(
                0.25,
                0.5,
                "#1 [linux_arm64 1/2] RUN make",
                "#1 CACHED",
                "#2 [linux_arm64 internal] load metadata",
                "#2 CACHED");

        assertEquals(List.of(new TimedStep(ARM64, "[1/2] RUN make", 500, 0, 250, Outcome.CACHED)), timed());
    }

    @Test
    void pushComesLastInAnExport() {
        write(
                4,
                5,
                "#3 [linux_arm64] exporting to image",
                "#3 exporting layers 0.5s done",
                "#3 pushing layers 1.0s done",
                "#3 pushing manifest for 127.0.0.1:5000/team/app 0.2s done",
                "#3 DONE 2.0s");

        assertEquals(
                List.of(
                        new TimedStep(ARM64, "exporting to image", 3000, 800, 1000, Outcome.DONE),
                        new TimedStep(ARM64, null, 3800, 1200, 1000, Outcome.DONE)),
                timed());
    }

    /** BuildKit does not say what a step took that failed, but what it printed has the time since it began. */
    @Test
    void failedStepBeganByItsFirstLineOrBeforeWhatItPrinted() {
        write(2.75, 3, "#1 [linux_amd64 1/1] RUN make", "#1 0.800 compiling");
        write(4, 5, "#1 ERROR: process \"make\" did not complete successfully: exit code: 2");
        write(5, 6, "", "#2 [linux_arm64 1/1] RUN make", "#2 CANCELED");

        assertEquals(
                List.of(
                        new TimedStep(AMD64, "[1/1] RUN make", 2200, 2800, 1000, Outcome.FAILED),
                        new TimedStep(ARM64, "[1/1] RUN make", 6000, 0, 1000, Outcome.STOPPED)),
                timed());
    }

    @Test
    void stepOfABakeThatWasStoppedRanUntilThen() {
        write(1.5, 2, "#1 [linux_amd64 1/1] RUN sleep 60");

        assertEquals(List.of(new TimedStep(AMD64, "[1/1] RUN sleep 60", 2000, 8000, 500, Outcome.STOPPED)), timed());
    }

    @Test
    void lastLinesMayNotHaveBeenNoted() {
        write(1.5, 2, "#1 [linux_amd64 1/1] RUN make");
        log.append("#1 DONE 3.0s\n");

        assertEquals(List.of(new TimedStep(AMD64, "[1/1] RUN make", 7000, 3000, 8000, Outcome.DONE)), timed());
    }

    @Test
    void stepThatIsReportedTwiceIsShownOnce() {
        write(
                0,
                1,
                "#2 [linux_arm64 1/3] FROM docker.io/library/debian:13",
                "#2 CACHED",
                "#6 [linux_arm64 1/3] FROM docker.io/library/debian:13",
                "#6 DONE 0.7s");

        assertEquals(
                List.of(new TimedStep(ARM64, "[1/3] FROM docker.io/library/debian:13", 300, 700, 1000, Outcome.DONE)),
                timed());
    }

    @Test
    void whatIsNotWorthARowIsLeftOut() {
        write(
                0,
                1,
                "#0 building with \"rig\" instance using docker driver",
                "#1 [internal] load local bake definitions",
                "#1 DONE 0.0s",
                "#2 [linux_amd64 internal] load .dockerignore",
                "#2 DONE 0.0s",
                "#3 [linux_amd64 internal] load build context",
                "#3 DONE 0.4s",
                "#4 [linux_amd64 1/1] COPY a b",
                "#4 DONE 0.0s");

        assertEquals(
                List.of("[internal] load build context", "[1/1] COPY a b"),
                timed().stream().map(TimedStep::name).toList());
    }

    @Test
    void onlyTheLongestOfTooManyStepsAreKept() {
        for (int i = 1; i <= 300; i++) {
            write(
                    i - 0.5,
                    i,
                    "#" + i + " [linux_amd64 " + i + "/300] RUN " + i,
                    "#" + i + " DONE " + i / 1000 + "." + (i % 10) + "s");
        }
        List<TimedStep> timed = timed();

        assertEquals(BakeProgress.MOST_TIMED, timed.size());
        assertTrue(timed.stream().noneMatch(step -> step.millis() == 0));
    }

    @Test
    void withoutNotesThereAreNoTimes() {
        log.append("#1 [linux_amd64 1/1] RUN make\n#1 DONE 3.0s\n");
        notes.clear();

        assertEquals(List.of(), timed());
    }

    /** {@code date} of some systems knows no nanoseconds. */
    @Test
    void wholeSecondsAreEnough() {
        notes.clear();
        notes.add("1800000000N 1800000000N 0");
        log.append("#1 [linux_amd64 1/1] RUN make\n#1 DONE 1.5s\n");
        notes.add("1800000001%N 1800000002%N " + log.length());
        notes.add("nonsense");

        assertEquals(List.of(new TimedStep(AMD64, "[1/1] RUN make", 500, 1500, 1000, Outcome.DONE)), timed());
    }

    @Test
    void clockThatIsSetBackDoesNotReorderSteps() {
        write(4, 5, "#1 [linux_amd64 1/2] RUN a", "#1 DONE 1.0s");
        write(2, 3, "#2 [linux_amd64 2/2] RUN b", "#2 DONE 0.5s");

        assertEquals(
                List.of(4000L, 4500L),
                timed().stream().map(TimedStep::startMillis).toList());
        assertFalse(timed().stream().anyMatch(step -> step.slackMillis() < 0));
    }

    @Test
    void nameIsBounded() {
        write(0, 1, "#1 [linux_amd64 1/1] RUN " + "x".repeat(10_000), "#1 DONE 1.0s");

        assertEquals(
                List.of(TimedStep.LONGEST_NAME),
                timed().stream().map(step -> step.name().length()).collect(Collectors.toList()));
    }

    @Test
    void whatIsNotPossibleIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TimedStep(AMD64, "a", -1, 0, 0, Outcome.DONE));
        assertThrows(IllegalArgumentException.class, () -> new TimedStep(AMD64, "a", 0, -1, 0, Outcome.DONE));
        assertThrows(IllegalArgumentException.class, () -> new TimedStep(AMD64, "a", 0, 0, 0, null));
        assertThrows(
                IllegalArgumentException.class,
                () -> new TimedStep(AMD64, "a".repeat(TimedStep.LONGEST_NAME + 1), 0, 0, 0, Outcome.DONE));
    }
}
