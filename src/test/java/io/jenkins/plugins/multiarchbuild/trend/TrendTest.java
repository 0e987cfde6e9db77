package io.jenkins.plugins.multiarchbuild.trend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.progress.PlatformSteps;
import io.jenkins.plugins.multiarchbuild.engine.registry.TagState;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which images of different builds belong together, and how they are drawn. */
class TrendTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final String APP = "r.example/team/app";
    private static final Digest INDEX = Digest.of("index");

    private FreeStyleProject project;

    @BeforeEach
    void job() throws Exception {
        project = jenkins.createFreeStyleProject();
    }

    private FreeStyleBuild run() throws Exception {
        return jenkins.buildAndAssertSuccess(project);
    }

    private static PlatformReport platform(String platform, long stepMillis, long size) {
        Platform of = Platform.parse(platform);
        ImageReference image = ImageReference.parse(APP).at(Digest.of(platform));
        return new PlatformReport(
                of,
                size < 0 ? null : new BuiltImage(of, image, image, size, 2),
                "x86-1",
                1000,
                null,
                null,
                null,
                stepMillis < 0 ? null : new PlatformSteps(3, 1, stepMillis));
    }

    private static void published(Run<?, ?> run, String id, long total, List<String> tags, PlatformReport... platforms)
            throws Exception {
        List<TagState> states = tags.stream()
                .map(tag -> new TagState(ImageReference.parse(tag), TagState.Outcome.PUBLISHED, null, INDEX))
                .toList();
        MultiArchReport.add(run, new ImageReport(id, INDEX, states, List.of(platforms)));
        took(run, id, total, null);
    }

    private static void failed(Run<?, ?> run, String id, long total, String repository) throws Exception {
        MultiArchReport.end(run, id, ImageReport.Ending.FAILED, Platform.parseAll(List.of("amd64", "arm64")));
        took(run, id, total, repository);
    }

    private static void took(Run<?, ?> run, String id, long total, String repository) throws Exception {
        MultiArchReport.addPhases(
                run, id, repository, List.of(TimelineEntry.phase(Kind.BAKE, "linux/amd64", 1000, 1000 + total)));
    }

    /** Returns each image with its builds, and what these took. */
    private List<String> images() {
        return Trend.of(project).getImages().stream()
                .map(image -> image.getName() + " "
                        + image.getBuilds().stream()
                                .map(build -> "#" + build.getNumber() + ":" + build.getTotalMillis())
                                .toList())
                .toList();
    }

    @Test
    void severalImagesOfABuildAreToldApartByTheirRepository() throws Exception {
        for (int i = 0; i < 2; i++) {
            FreeStyleBuild run = run();
            // ids as in another Pipeline, and in the order in which branches ended
            published(run, String.valueOf(20 + i), 300, List.of("r.example/team/web:" + i), platform("amd64", 10, 10));
            published(run, String.valueOf(9 + i), 100 + i, List.of(APP + ":" + i), platform("amd64", 10, 10));
        }
        FreeStyleBuild last = run();
        failed(last, "50", 400, "r.example/team/web");
        failed(last, "70", 500, APP);

        assertEquals(
                List.of("r.example/team/web [#1:300, #2:300, #3:400]", APP + " [#1:100, #2:101, #3:500]"), images());
    }

    @Test
    void imagesOfABakeFileInOneRepositoryAreToldApartByTheirTargets() throws Exception {
        for (List<String> targets : List.of(List.of("app", "worker"), List.of("worker", "app"))) {
            FreeStyleBuild run = run();
            for (String target : targets) {
                TagState tag = new TagState(
                        ImageReference.parse(APP + ":" + target + "-" + run.getNumber()),
                        TagState.Outcome.PUBLISHED,
                        null,
                        INDEX);
                MultiArchReport.add(
                        run, new ImageReport("7", target, INDEX, List.of(tag), List.of(platform("amd64", 10, 10))));
            }
        }

        for (TrendImage image : Trend.of(project).getImages()) {
            assertEquals(
                    1,
                    image.getBuilds().stream()
                            .map(build -> build.image().getTarget())
                            .distinct()
                            .count(),
                    image::getName);
            assertEquals(2, image.getBuilds().size());
        }
    }

    @Test
    void imagesInOneRepositoryAreToldApartByTheirTagsElseByTheirPlace() throws Exception {
        FreeStyleBuild first = run();
        published(first, "7", 100, List.of(APP + ":1-slim", APP + ":slim"), platform("amd64", 10, 10));
        published(first, "9", 200, List.of(APP + ":1", APP + ":latest"), platform("amd64", 10, 10));
        FreeStyleBuild second = run();
        published(second, "7", 201, List.of(APP + ":2", APP + ":latest"), platform("amd64", 10, 10));
        published(second, "9", 101, List.of(APP + ":2-slim", APP + ":slim"), platform("amd64", 10, 10));
        FreeStyleBuild third = run();
        published(third, "7", 102, List.of(APP + ":3-slim"), platform("amd64", 10, 10));
        published(third, "9", 202, List.of(APP + ":latest"), platform("amd64", 10, 10));

        assertEquals(
                List.of(APP + ":3-slim [#1:100, #2:101, #3:102]", APP + ":latest [#1:200, #2:201, #3:202]"), images());
    }

    /** What a version of the plugin that did not know the repository has saved, or a call that pushes nothing. */
    @Test
    void imageWithoutNameBelongsToWhatHadItsPlace() throws Exception {
        failed(run(), "7", 50, null);
        published(run(), "7", 100, List.of(APP + ":1"), platform("amd64", 10, 10));
        failed(run(), "7", 70, null);

        assertEquals(List.of(APP + " [#1:50, #2:100, #3:70]"), images());
        failed(run(), "8", 70, null);
        assertEquals("Image without tags [#4:70]", images().get(0));
    }

    @Test
    void buildsThatBuiltNothingAreLeftOut() throws Exception {
        run();
        FreeStyleBuild published = run();
        MultiArchReport.add(
                published,
                new ImageReport(
                        "7",
                        INDEX,
                        List.of(),
                        List.of(new PlatformReport(
                                new BuiltImage(
                                        Platform.parse("amd64"),
                                        ImageReference.parse(APP).at(INDEX),
                                        ImageReference.parse(APP).at(INDEX),
                                        5,
                                        1),
                                null,
                                -1))));

        assertFalse(Trend.isKnown(project), "multiArchPublish builds nothing");
        assertEquals(List.of(), images());
        failed(run(), "7", 70, null);
        assertTrue(Trend.isKnown(project));
    }

    /** A page must not read all builds of a job. */
    @Test
    void onlyTheLastBuildsAreRead() throws Exception {
        published(run(), "7", 100, List.of(APP + ":1"), platform("amd64", 10, 10));
        for (int i = 0; i < Trend.MOST_BUILDS + 1; i++) {
            run();
        }
        published(run(), "7", 300, List.of(APP + ":2"), platform("amd64", 10, 10));
        jenkins.jenkins.reload();
        project = jenkins.jenkins.getItemByFullName(project.getFullName(), FreeStyleProject.class);

        assertEquals(List.of(APP + " [#" + (Trend.MOST_BUILDS + 3) + ":300]"), images());

        assertEquals(Trend.MOST_BUILDS, project._getRuns().getLoadedBuilds().size());
    }

    @Test
    void barsAreTheWholeAndLinesThePlatforms() throws Exception {
        published(
                run(),
                "7",
                8000,
                List.of(APP + ":1"),
                platform("amd64", 2000, 3 << 20),
                platform("arm64", 4000, 5 << 20));
        published(run(), "7", 4000, List.of(APP + ":2"), platform("amd64", 1000, 3 << 20));
        failed(run(), "7", 3_600_000, APP);
        published(
                run(), "7", 6000, List.of(APP + ":4"), platform("amd64", 500, 3 << 20), platform("arm64", 0, 4 << 20));

        TrendImage image = Trend.of(project).getImages().get(0);
        TrendChart chart = image.getDurations();

        assertEquals(List.of("linux/amd64", "linux/arm64"), image.getPlatforms());
        assertEquals(
                List.of("204.0 0", "159.0 2 s", "114.0 4 s", "69.0 6 s", "24.0 8 s"),
                chart.getTicks().stream()
                        .map(tick -> tick.y() + " " + tick.text())
                        .toList());
        assertEquals(
                List.of("#1 24.0 180.0 false", "#2 114.0 90.0 false", "#3 24.0 180.0 true", "#4 69.0 135.0 false"),
                chart.getColumns().stream()
                        .map(column ->
                                column.label() + " " + column.y() + " " + column.height() + " " + column.failed())
                        .toList(),
                "the scale does not follow what failed");
        assertEquals(
                "0.00% 10.00% 2.20% 5.60% 5.00%",
                Stream.of(chart.getColumns().get(0))
                        .map(column -> String.join(
                                " ",
                                column.left(),
                                column.width(),
                                column.barLeft(),
                                column.barWidth(),
                                column.middle()))
                        .findFirst()
                        .orElseThrow());
        assertEquals(
                "#1 Published\nTotal: 8 sec\nlinux/amd64: 2 sec\nlinux/arm64: 4 sec",
                chart.getColumns().get(0).tooltip());
        TrendChart.Line amd64 = chart.getLines().get(0);
        TrendChart.Line arm64 = chart.getLines().get(1);
        assertEquals(3, amd64.points().size());
        assertEquals(
                List.of(new TrendChart.Segment("5.00%", "159.0", "15.00%", "181.5")),
                amd64.segments(),
                "no line goes through a build without a value");
        assertEquals(List.of(), arm64.segments());
        assertEquals(new TrendChart.Point("35.00%", "204.0"), arm64.points().get(1));
        assertFalse(amd64.mark().equals(arm64.mark()), "colour is not the only difference");
        TrendChart sizes = image.getSizes();
        assertFalse(sizes.hasBars());
        assertEquals(
                List.of("0", "2 MiB", "4 MiB", "6 MiB"),
                sizes.getTicks().stream().map(TrendChart.Tick::text).toList());
        assertEquals(228, sizes.getHeight());
    }

    @Test
    void manyBuildsHaveFewLabelsAndTheLastOneHasOne() throws Exception {
        for (int i = 0; i < 13; i++) {
            published(run(), "7", 90 * 60_000L, List.of(APP + ":1"), platform("amd64", -1, -1));
        }

        TrendChart chart = Trend.of(project).getImages().get(0).getDurations();

        assertEquals(
                List.of("#1", "#3", "#5", "#7", "#9", "#11", "#13"),
                chart.getColumns().stream()
                        .map(TrendChart.Column::label)
                        .filter(label -> !label.isEmpty())
                        .toList());
        assertEquals("100 min", chart.getTicks().get(2).text());
        assertFalse(Trend.of(project).getImages().get(0).getSizes().isDrawn());
    }
}
