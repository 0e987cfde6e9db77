package io.jenkins.plugins.multiarchbuild.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.progress.TimedStep;
import io.jenkins.plugins.multiarchbuild.engine.progress.TimedStep.Outcome;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where everything is in the picture. */
class TimelineChartTest {

    private static final String BOTH = "linux/amd64, linux/arm64";
    private static final long NOW = 1_800_000_000_000L;

    private static TimelineEntry phase(Kind kind, String group, long start, long end) {
        return TimelineEntry.phase(kind, group, NOW + start, NOW + end);
    }

    private static TimelineEntry step(String platform, String name, long start, long millis, Outcome outcome) {
        Platform of = platform == null ? null : Platform.parse(platform);
        return TimelineEntry.step(BOTH, new TimedStep(of, name, start, millis, 250, outcome), name, NOW + 2000);
    }

    private static TimelineChart chart(TimelineEntry... entries) {
        return new TimelineChart(TimelineChart.inOrder(List.of(entries)));
    }

    @Test
    void stepsAreBelowTheirBakeByPlatform() {
        TimelineChart chart = chart(
                phase(Kind.CLEAN_UP, BOTH, 9000, 10_000),
                phase(Kind.BAKE, BOTH, 2000, 9000),
                step("arm64", "[1/1] RUN b", 1000, 6000, Outcome.DONE),
                step("amd64", null, 4000, 1000, Outcome.DONE),
                step("amd64", "[1/1] RUN a", 1000, 3000, Outcome.FAILED),
                step(null, "importing cache", 0, 500, Outcome.DONE),
                phase(Kind.PREPARE, BOTH, 1000, 2000),
                phase(Kind.PLAN, null, 0, 1000));

        assertEquals(
                List.of(
                        "0 Plan",
                        "0 " + BOTH,
                        "12 Prepare",
                        "12 Build",
                        "36 importing cache",
                        "24 linux/amd64",
                        "36 [1/1] RUN a",
                        "36 Push",
                        "24 linux/arm64",
                        "36 [1/1] RUN b",
                        "12 Clean up"),
                chart.getRows().stream()
                        .map(row -> row.getIndent() + " " + row.getLabel())
                        .toList());
        assertEquals(24 + 11 * 22, chart.getHeight());
        assertEquals(24 + 2 * 22, chart.getRows().get(2).getY());
        assertEquals("10 sec", chart.getLengthText());
        assertEquals("0.25 sec", chart.getSlackText());
        TimelineChart.Row failed = chart.getRows().get(6);
        assertEquals("30.00%", failed.getX());
        assertEquals("30.00%", failed.getWidth());
        assertEquals("mab-timeline__bar mab-timeline__bar--failed", failed.getStyleClass());
        assertEquals("3 sec, failed", failed.getEntry().getDurationText());
        assertEquals("3 sec", failed.getStartText());
        assertEquals("linux/amd64", failed.getPlatforms());
        assertNull(chart.getRows().get(1).getEntry());
        assertEquals(8, chart.getTableRows().size());
    }

    @Test
    void onePlatformNeedsNoHeadingOfItsOwn() {
        TimelineChart chart = chart(
                TimelineEntry.phase(Kind.BAKE, "linux/arm64", NOW, NOW + 2000),
                TimelineEntry.step(
                        "linux/arm64",
                        new TimedStep(Platform.parse("arm64"), "[1/1] RUN a", 0, 0, 0, Outcome.CACHED),
                        "[1/1] RUN a",
                        NOW));

        assertEquals(
                List.of("linux/arm64", "Build", "[1/1] RUN a"),
                chart.getRows().stream().map(TimelineChart.Row::getLabel).toList());
        assertEquals("cached", chart.getRows().get(2).getEntry().getDurationText());
        assertEquals("0.30%", chart.getRows().get(2).getWidth());
        assertEquals("", chart.getSlackText());
    }

    /** What ends with the picture is still seen. */
    @Test
    void nothingIsOutsideOfThePicture() {
        TimelineChart chart = chart(phase(Kind.PLAN, null, 0, 1000), phase(Kind.PUBLISH, null, 1000, 1000));

        assertEquals("99.70%", chart.getRows().get(1).getX());
        TimelineChart nothing = chart(phase(Kind.PLAN, null, 0, 0));
        assertEquals("0.00%", nothing.getTicks().get(0).getX());
        assertTrue(nothing.getRows().get(0).getX().startsWith("0."));
    }

    @ParameterizedTest
    @CsvSource({
        "650, 0.1 s, 7",
        "4000, 1 s, 5",
        "29000, 5 s, 6",
        "100000, 0:15, 7",
        "260000, 1:00, 5",
        "5000000, 15:00, 6",
        "200000000, 8:00:00, 7"
    })
    void ticksAreRoundAndFew(long length, String second, int count) {
        List<TimelineChart.Tick> ticks =
                chart(phase(Kind.PLAN, null, 0, length)).getTicks();

        assertEquals(second, ticks.get(1).getText());
        assertEquals(count, ticks.size());
    }

    /** Neither a file in XML nor a page could hold these. */
    @Test
    void unreadableCharactersAreReplaced() {
        assertEquals(
                "RUN \ufffd\ufffd\ufffdä\ud83d\ude00",
                step("arm64", "RUN \0\u202e\ud83dä\ud83d\ude00", 0, 0, Outcome.DONE)
                        .getTitle());
    }

    @Test
    void longNameIsCutOff() {
        assertEquals(
                203,
                step("arm64", "x".repeat(4000), 0, 0, Outcome.DONE).getTitle().length());
    }
}
