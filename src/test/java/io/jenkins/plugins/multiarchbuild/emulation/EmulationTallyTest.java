package io.jenkins.plugins.multiarchbuild.emulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.dockerfile.Execution;
import io.jenkins.plugins.multiarchbuild.engine.progress.PlatformSteps;
import io.jenkins.plugins.multiarchbuild.engine.progress.TimedStep;
import io.jenkins.plugins.multiarchbuild.engine.progress.TimedStep.Outcome;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is counted of calls, and what of it is still there when the controller is killed. */
class EmulationTallyTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final Map<String, String> LABELS = Map.of("linux/arm64", "arm64 && docker");

    private static FreeStyleProject project;

    private final EmulationTally tally = new EmulationTally();

    @BeforeAll
    static void job() throws Exception {
        project = jenkins.createFreeStyleProject();
    }

    @BeforeEach
    @AfterEach
    void noFile() throws Exception {
        Files.deleteIfExists(file());
    }

    private static Path file() {
        return jenkins.jenkins.getRootDir().toPath().resolve(EmulationTally.class.getName() + ".xml");
    }

    private static FreeStyleBuild run() throws Exception {
        return jenkins.buildAndAssertSuccess(project);
    }

    private static PlatformReport platform(String platform, boolean emulated, long millis) {
        PlatformSteps steps = millis < 0 ? null : new PlatformSteps(3, 0, millis);
        return new PlatformReport(
                Platform.parse(platform),
                null,
                "x86-1",
                1000,
                null,
                null,
                emulated ? Execution.EMULATED : Execution.NATIVE,
                steps);
    }

    private static TimelineEntry step(String platform, String name, long millis, Outcome outcome) {
        TimedStep step = new TimedStep(Platform.parse(platform), name, 0, millis, 0, outcome);
        return TimelineEntry.step("linux/amd64, linux/arm64", step, name, 1000);
    }

    private static void report(Run<?, ?> run, String id, List<PlatformReport> platforms, TimelineEntry... steps)
            throws Exception {
        MultiArchReport.add(run, new ImageReport(id, null, List.of(), platforms));
        MultiArchReport.addSteps(run, id, "linux/amd64, linux/arm64", 1000, List.of(steps));
    }

    private static String text(EmulationRow row) {
        return row.getLabel() + ", " + row.getPlatform() + ": " + row.getBuilds() + " " + row.getEmulatedMillis() + " "
                + row.getComparedMillis() + " " + row.getNativeMillis() + " " + row.getSavedMillis();
    }

    /** As after SIGKILL: nothing but the file is left. */
    private static List<String> afterRestart() {
        return new EmulationTally()
                .rows().stream().map(EmulationTallyTest::text).toList();
    }

    @Test
    void onlyRunStepsThatRanOnBothSidesAreCompared() throws Exception {
        FreeStyleBuild run = run();
        report(
                run,
                "7",
                List.of(platform("amd64", false, 9000), platform("arm64", true, 70_000)),
                step("amd64", "[build 2/9] RUN make", 5000, Outcome.DONE),
                step("arm64", "[build 2/9] RUN make", 50_000, Outcome.DONE),
                // other instructions take no longer
                step("amd64", "[build 1/9] COPY . .", 1000, Outcome.DONE),
                step("arm64", "[build 1/9] COPY . .", 2000, Outcome.DONE),
                // from the cache on one side
                step("amd64", "[3/9] RUN a", 0, Outcome.CACHED),
                step("arm64", "[3/9] RUN a", 4000, Outcome.DONE),
                step("amd64", "[4/9] RUN b", 4000, Outcome.DONE),
                step("arm64", "[4/9] RUN b", 0, Outcome.CACHED),
                // not on both sides
                step("arm64", "[5/9] RUN c", 6000, Outcome.DONE),
                // of another bake that was lost
                step("amd64", "[6/9] RUN d", 100, Outcome.DONE),
                step("arm64", "[6/9] RUN d", 7000, Outcome.STOPPED),
                step("arm64", "[6/9] RUN d", 7000, Outcome.DONE));

        tally.count(run, "7", LABELS);

        assertEquals(List.of("arm64 && docker, linux/arm64: 1 70000 50000 5000 45000"), afterRestart());
        assertEquals(LocalDate.now(), new EmulationTally().since());
    }

    @Test
    void whatIsNativeOrNotMeasuredIsNotCounted() throws Exception {
        FreeStyleBuild run = run();
        report(run, "7", List.of(platform("amd64", false, 9000), platform("arm64", true, -1)));
        report(run, "8", List.of(platform("arm64", true, 5000)));

        tally.count(run, "7", LABELS);
        tally.count(run(), "7", LABELS);

        assertEquals(List.of(), afterRestart());
        assertTrue(Files.notExists(file()), "nothing is written for builds that emulate nothing");
    }

    /** As when the controller is killed before Pipeline knows that the call has ended. */
    @Test
    void callThatEndsTwiceIsCountedOnce() throws Exception {
        FreeStyleBuild run = run();
        report(run, "7", List.of(platform("arm64", true, 5000)));
        report(run, "8", List.of(platform("arm64", true, 1000)));

        tally.count(run, "7", LABELS);
        new EmulationTally().count(run, "7", LABELS);
        new EmulationTally().count(run, "8", LABELS);

        assertEquals(List.of("arm64 && docker, linux/arm64: 2 6000 0 0 0"), afterRestart());
    }

    @Test
    void agentIsNamedIfNoLabelWasAskedFor() throws Exception {
        FreeStyleBuild run = run();
        report(run, "7", List.of(platform("arm64", true, 5000), platform("riscv64", true, 6000)));

        tally.count(run, "7", Map.of("linux/riscv64", "a\n||  b"));

        assertEquals(
                List.of("a || b, linux/riscv64: 1 6000 0 0 0", "x86-1, linux/arm64: 1 5000 0 0 0"), afterRestart());
    }

    @Test
    void callsThatEndAtTheSameTimeAreAllCounted() throws Exception {
        FreeStyleBuild run = run();
        int calls = 40;
        for (int i = 0; i < calls; i++) {
            report(run, String.valueOf(i), List.of(platform("arm64", true, 1000)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> counting = new ArrayList<>();
            IntStream.range(0, calls)
                    .forEach(i -> counting.add(threads.submit(() -> tally.count(run, String.valueOf(i), LABELS))));
            for (Future<?> each : counting) {
                each.get();
            }
        } finally {
            threads.shutdown();
        }

        assertEquals(List.of("arm64 && docker, linux/arm64: 40 40000 0 0 0"), afterRestart());
    }

    /** Agents of a cloud may have a new name each time. */
    @Test
    void labelsAndCallsThatAreKeptAreBounded() throws Exception {
        FreeStyleBuild run = run();
        for (int i = 0; i < EmulationTally.MOST_KINDS + 5; i++) {
            report(run, String.valueOf(i), List.of(platform("arm64", true, 1000 + i)));
            tally.count(run, String.valueOf(i), Map.of("linux/arm64", "pod-" + i + "x".repeat(1000)));
        }

        List<EmulationRow> rows = new EmulationTally().rows();

        assertEquals(EmulationTally.MOST_KINDS + 1, rows.size());
        assertEquals(
                EmulationTally.MOST_KINDS + 5,
                rows.stream().mapToLong(EmulationRow::getBuilds).sum());
        EmulationRow rest = rows.stream()
                .filter(row -> row.getLabel().isEmpty())
                .findFirst()
                .orElseThrow();
        assertEquals(5, rest.getBuilds());
        assertTrue(rows.stream().allMatch(row -> row.getLabel().length() <= 203));
    }

    @Test
    void onlyTheLastThirtyDaysAreShownAndOneMoreIsKept() throws Exception {
        FreeStyleBuild run = run();
        LocalDate today = LocalDate.now();
        for (int i = 0; i < 40; i++) {
            report(run, String.valueOf(i), List.of(platform("arm64", true, 1000)));
            tally.count(run, String.valueOf(i), LABELS, today.minusDays(39 - i));
        }

        assertEquals(30, tally.rows(today).get(0).getBuilds());
        assertEquals(31, Files.readString(file()).split("linux/arm64", -1).length - 1);
        assertEquals(List.of(), tally.rows(today.plusDays(30)));
        assertEquals(29, tally.rows(today.plusDays(1)).get(0).getBuilds());
        assertEquals(today.minusDays(39), tally.since());
    }

    @Test
    void fileThatCannotBeReadDoesNotStopCounting() throws Exception {
        FreeStyleBuild run = run();
        report(run, "7", List.of(platform("arm64", true, 5000)));
        Files.writeString(file(), "<list><list><string>2026-01");

        tally.count(run, "7", LABELS);

        assertEquals(List.of("arm64 && docker, linux/arm64: 1 5000 0 0 0"), afterRestart());
        assertNotNull(new EmulationTally().since());
    }

    @Test
    void agentThatClaimsTooMuchDoesNotSpoilTheSum() throws Exception {
        FreeStyleBuild run = run();
        for (String id : List.of("7", "8")) {
            report(run, id, List.of(platform("arm64", true, Long.MAX_VALUE)));
            tally.count(run, id, LABELS);
        }

        assertEquals(
                2 * 31L * 24 * 3_600_000, new EmulationTally().rows().get(0).getEmulatedMillis());
        assertEquals("1488.0 hr", new EmulationTally().rows().get(0).getEmulatedText());
    }
}
