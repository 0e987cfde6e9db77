package io.jenkins.plugins.multiarchbuild.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.progress.TimedStep;
import io.jenkins.plugins.multiarchbuild.engine.progress.TimedStep.Outcome;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CriticalPathTest {

    private static final String X86 = "linux/amd64";
    private static final String ARM = "linux/arm64";

    private final List<TimelineEntry> entries = new ArrayList<>();

    private void phase(Kind kind, String group, long start, long end) {
        entries.add(TimelineEntry.phase(kind, group, start, end));
    }

    private void step(String group, String platform, String name, long bake, long start, long end, Outcome outcome) {
        entries.add(TimelineEntry.step(
                group,
                new TimedStep(
                        platform == null ? null : Platform.parse(platform), name, start, end - start, 250, outcome),
                name,
                bake));
    }

    private List<String> path() {
        return CriticalPath.mark(entries).stream()
                .filter(TimelineEntry::isCritical)
                .map(entry -> (entry.getPlatform() == null
                                ? entry.getGroup() == null ? "" : entry.getGroup() + " "
                                : entry.getPlatform() + " ")
                        + (entry.getName() == null ? entry.getKind() : entry.getName()))
                .toList();
    }

    @Test
    void groupThatEndedLastDeterminesTheEnd() {
        phase(Kind.PLAN, null, 0, 10);
        phase(Kind.WAIT_FOR_AGENT, X86, 11, 20);
        phase(Kind.BAKE, X86, 20, 500);
        phase(Kind.CLEAN_UP, X86, 500, 510);
        phase(Kind.WAIT_FOR_AGENT, ARM, 12, 900);
        phase(Kind.BAKE, ARM, 900, 1000);
        phase(Kind.VERIFY, ARM, 1000, 1100);
        phase(Kind.PUBLISH, ARM, 1100, 1300);

        assertEquals(List.of("plan", ARM + " waitForAgent", ARM + " bake", ARM + " verify", ARM + " publish"), path());
    }

    /** A build that waits for a tag has other phases of the same group between two of them. */
    @Test
    void gapIsBridged() {
        phase(Kind.BAKE, X86, 0, 100);
        phase(Kind.PUBLISH, X86, 150, 200);

        assertEquals(List.of(X86 + " bake", X86 + " publish"), path());
    }

    @Test
    void stepsOfThePlatformThatEndedLast() {
        String both = X86 + ", " + ARM;
        phase(Kind.BAKE, both, 1000, 20_000);
        step(both, null, "[internal] load build context", 1000, 0, 1000, Outcome.DONE);
        step(both, X86, "[1/2] RUN make", 1000, 1000, 4000, Outcome.DONE);
        step(both, X86, "[2/2] RUN test", 1000, 4000, 9000, Outcome.DONE);
        step(both, ARM, "[1/2] COPY a b", 1000, 1000, 1000, Outcome.CACHED);
        step(both, ARM, "[build 1/2] RUN make", 1000, 1100, 9100, Outcome.DONE);
        step(both, ARM, "[other 1/1] RUN quick", 1000, 1000, 3000, Outcome.DONE);
        step(both, ARM, "[2/2] RUN test", 1000, 9000, 15_000, Outcome.FAILED);

        assertEquals(
                List.of(
                        both + " bake",
                        both + " [internal] load build context",
                        ARM + " [build 1/2] RUN make",
                        ARM + " [2/2] RUN test"),
                path());
    }

    @Test
    void stepsOfABakeThatDidNotDetermineTheEndAreNotMarked() {
        phase(Kind.BAKE, X86, 0, 1000);
        step(X86, X86, "[1/1] RUN make", 0, 100, 900, Outcome.DONE);
        phase(Kind.BAKE, ARM, 0, 2000);
        step(ARM, ARM, "[1/1] RUN make", 0, 100, 1900, Outcome.DONE);

        assertEquals(List.of(ARM + " bake", ARM + " [1/1] RUN make"), path());
    }

    @Test
    void nothingIsMarkedWhileThePhasesAreNotKnown() {
        step(X86, X86, "[1/1] RUN make", 0, 100, 900, Outcome.DONE);

        assertEquals(List.of(), path());
        entries.clear();
        assertEquals(List.of(), path());
    }

    @Test
    void anyTimesComeToAnEnd() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            long start = random.nextInt(20);
            phase(Kind.BAKE, X86, start, start + random.nextInt(3));
            step(X86, X86, "[1/1] RUN " + i, 0, start, start + random.nextInt(3), Outcome.DONE);
        }
        Collections.shuffle(entries, random);

        assertEquals(entries.size(), CriticalPath.mark(entries).size());
    }
}
