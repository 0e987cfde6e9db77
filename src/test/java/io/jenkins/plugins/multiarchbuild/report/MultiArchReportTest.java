package io.jenkins.plugins.multiarchbuild.report;

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
import io.jenkins.plugins.multiarchbuild.engine.dockerfile.Execution;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification;
import io.jenkins.plugins.multiarchbuild.engine.progress.PlatformSteps;
import io.jenkins.plugins.multiarchbuild.engine.progress.TimedStep;
import io.jenkins.plugins.multiarchbuild.engine.registry.TagState;
import io.jenkins.plugins.multiarchbuild.harness.ChineseBrowser;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pages of a run that has built images. */
class MultiArchReportTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final ImageReference TAG = ImageReference.parse("registry.example.com/team/app:1.0");
    private static final Digest AMD64 = Digest.of("amd64");
    private static final Digest ARM64 = Digest.of("arm64");
    private static final Digest INDEX = Digest.of("index");
    private static final Digest BEFORE = Digest.of("before");

    private FreeStyleBuild run;

    @BeforeEach
    void run() throws Exception {
        run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
    }

    @Test
    void runShowsTagsAndPlatforms() throws Exception {
        MultiArchReport.add(run, published("7"));

        String text = jenkins.createWebClient().getPage(run).asNormalizedText();

        assertTrue(text.contains("Multi-arch images"), text);
        assertTrue(text.contains("registry.example.com/team/app:1.0 (linux/amd64, linux/arm64)"), text);
        assertTrue(text.contains("Digest: " + INDEX), text);
    }

    @Test
    void archTagIsShownWithItsOwnPlatform() throws Exception {
        TagState archTag = new TagState(ImageReference.parse(TAG + "-arm64"), TagState.Outcome.PUBLISHED, null, ARM64);
        MultiArchReport.add(run, new ImageReport("7", INDEX, List.of(moved(TAG, null), archTag), platforms()));

        String text = jenkins.createWebClient().getPage(run).asNormalizedText();

        assertTrue(text.contains("app:1.0 (linux/amd64, linux/arm64)"), text);
        assertTrue(text.contains("app:1.0-arm64 (linux/arm64)"), text);
    }

    @Test
    void pageShowsEveryPlatform() throws Exception {
        MultiArchReport.add(run, published("7"));

        HtmlPage page = jenkins.createWebClient().getPage(run, "multi-arch-images/");
        String text = page.asNormalizedText();

        assertTrue(text.contains("Published"), text);
        assertTrue(text.contains(INDEX.value()), text);
        assertTrue(
                text.matches("(?s).*linux/amd64\\s+" + AMD64.value().substring(0, 19)
                        + "\\s+x86-1\\s+4\\.5 sec\\s+1\\.00 KiB.*"),
                text);
        assertTrue(text.contains(ARM64.value().substring(0, 19)), text);
        String html = page.getWebResponse().getContentAsString();
        assertTrue(html.contains("registry.example.com/team/app@" + AMD64), html);
        assertTrue(html.contains("registry.example.com/team/app@" + ARM64), html);
    }

    @Test
    void pageShowsVerificationAndSmokeTest() throws Exception {
        Verdict.Foreign none = new Verdict.Foreign(0, List.of());
        Verdict.Foreign tolerated = new Verdict.Foreign(11, List.of("/x.node (x86-64)"));
        Verdict.Foreign allowed = new Verdict.Foreign(1, List.of("/opt/<b>cc (x86-64)"));
        List<String> started = List.of("/app is AArch64");
        MultiArchReport.add(
                run,
                new ImageReport(
                        "7",
                        INDEX,
                        List.of(),
                        List.of(
                                checked(
                                        "arm64",
                                        Verification.of(
                                                new Verdict(214, tolerated, allowed, started, null, true, null)),
                                        "passed"),
                                checked(
                                        "s390x",
                                        Verification.of(new Verdict(0, none, none, List.of(), null, true, null)),
                                        "skipped"),
                                checked("amd64", Verification.omitted(Verification.Omission.OFF_FOR_CALL), "skipped"),
                                checked("386", Verification.omitted(Verification.Omission.OFF_FOR_ALL), "passed"),
                                checked("riscv64", null, null))));

        HtmlPage page = jenkins.createWebClient().getPage(run, "multi-arch-images/");

        String text = page.asNormalizedText().replaceAll("\\s+", " ");
        assertTrue(
                text.contains("Verified: 214 programs for this platform Starts: /app is AArch64 For other platforms:"
                        + " /x.node (x86-64) and 10 more Allowed by foreignPrograms: /opt/<b>cc (x86-64) Passed"
                        + " linux/s390x"),
                text);
        assertTrue(text.contains("Nothing to check: no native programs Not run linux/amd64"), text);
        assertTrue(text.contains("Not verified: turned off for this call Not run linux/386"), text);
        assertTrue(text.contains("Not verified: turned off by the administrator Passed linux/riscv64"), text);
        assertFalse(page.getWebResponse().getContentAsString().contains("<b>cc"));
        jenkins.jenkins.reload();
        Run<?, ?> loaded = jenkins.jenkins
                .getItemByFullName(run.getParent().getFullName(), FreeStyleProject.class)
                .getBuildByNumber(1);
        assertEquals(
                text,
                jenkins.createWebClient()
                        .getPage(loaded, "multi-arch-images/")
                        .asNormalizedText()
                        .replaceAll("\\s+", " "));
    }

    @Test
    void pagesAreInChinese() throws Exception {
        MultiArchReport.add(run, published("7"));
        MultiArchReport.addSteps(
                run, "8", "linux/arm64", 1000, List.of(step("[1/1] RUN 编译", 0, 4000, TimedStep.Outcome.FAILED)));
        MultiArchReport.end(run, "8", ImageReport.Ending.FAILED, Platform.parseAll(List.of("arm64")));
        Verdict.Foreign none = new Verdict.Foreign(0, List.of());
        Verdict.Foreign tolerated = new Verdict.Foreign(11, List.of("/x.node (x86-64)"));
        Verification verification =
                Verification.of(new Verdict(214, tolerated, none, List.of("/app is AArch64"), null, true, null));
        MultiArchReport.add(
                run, new ImageReport("9", INDEX, List.of(), List.of(checked("arm64", verification, "passed"))));

        HtmlPage page = ChineseBrowser.of(jenkins).getPage(run, "multi-arch-images/");

        ChineseBrowser.assertShows(page, "已发布", "摘要：", "代理占用时间", "原因见日志", "关键路径", "[1/1] RUN 编译", "，失败");
        ChineseBrowser.assertShows(page, "214 个程序属于此平台", "/x.node (x86-64)，以及另外 10 个", "通过");
        ChineseBrowser.assertShows(ChineseBrowser.of(jenkins).getPage(run), "多架构镜像", "未发布：步骤失败");
    }

    @Test
    void unpublishedImagesAreToldApart() throws Exception {
        MultiArchReport.add(run, new ImageReport("7", null, List.of(), platforms()));

        assertTrue(jenkins.createWebClient()
                .getPage(run)
                .asNormalizedText()
                .contains("built, not published (linux/amd64, linux/arm64)"));
        String page =
                jenkins.createWebClient().getPage(run, "multi-arch-images/").asNormalizedText();
        assertTrue(page.contains("Built, not published"), page);
        assertFalse(page.contains("Digest:"), page);
    }

    @Test
    void pageShowsWhatEachTagPointedAtBefore() throws Exception {
        MultiArchReport.add(run, published("7"));

        HtmlPage page = jenkins.createWebClient().getPage(run, "multi-arch-images/");

        String text = page.asNormalizedText();
        assertTrue(text.matches("(?s).*" + TAG + "\\s+Published\\s+" + BEFORE.abbreviated() + ".*"), text);
        assertTrue(
                page.getWebResponse().getContentAsString().contains("registry.example.com/team/app@" + BEFORE), text);
    }

    @Test
    void failureInTheMiddleShowsEveryTag() throws Exception {
        ImageReference other = ImageReference.parse("registry.example.com/team/app:latest");
        ImageReference third = ImageReference.parse("registry.example.com/team/app:stable");
        MultiArchReport.add(
                run,
                new ImageReport(
                        "7",
                        null,
                        List.of(
                                moved(TAG, BEFORE),
                                new TagState(other, TagState.Outcome.NOT_MOVED, BEFORE, BEFORE),
                                new TagState(third, TagState.Outcome.UNKNOWN, null, null)),
                        platforms()));

        String text =
                jenkins.createWebClient().getPage(run, "multi-arch-images/").asNormalizedText();
        assertTrue(text.contains("Publishing failed"), text);
        assertTrue(text.matches("(?s).*app:1\\.0\\s+Published\\s+sha256:.*"), text);
        assertTrue(text.matches("(?s).*app:latest\\s+Not moved\\s+" + BEFORE.abbreviated() + ".*"), text);
        assertTrue(text.matches("(?s).*app:stable\\s+Unknown.*"), text);
        String summary = jenkins.createWebClient().getPage(run).asNormalizedText();
        assertTrue(summary.contains("app:latest (Not moved)"), summary);
        assertFalse(summary.contains("built, not published"), summary);
    }

    @Test
    void pageLinksWhatIsKept() throws Exception {
        MultiArchReport.addReplay(
                run,
                "7",
                new ReplayReport("replay-1-7.json", "docker <b>bake", List.of("SECRET_A", "SECRET_B"), true, true));
        assertTrue(keptText().contains("None is kept: nothing has been built yet"), keptText());
        MultiArchReport.addProgress(run, "7", new ProgressReport("two.log.gz", "linux/arm64", 2, 2048, true));
        MultiArchReport.addProgress(run, "7", new ProgressReport("one.log.gz", "linux/amd64", 1, 1024, false));
        MultiArchReport.addProgress(run, "7", new ProgressReport("two.log.gz", "linux/arm64", 2, 3072, true));
        MultiArchReport.add(run, published("7"));
        Path file = new KeptFile(run, "one.log.gz").path();
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, "one");

        jenkins.jenkins.reload();
        run = jenkins.jenkins
                .getItemByFullName(run.getParent().getFullName(), FreeStyleProject.class)
                .getBuildByNumber(1);

        HtmlPage page = jenkins.createWebClient().getPage(run, "multi-arch-images/");
        assertTrue(
                keptText()
                        .contains("docker <b>bake Secrets are taken from environment variables: SECRET_A, SECRET_B."
                                + " SSH keys are taken from your SSH agent. The definition has masked values to fill in."
                                + " Progress as buildx wrote it linux/amd64 (1.00 KiB) linux/arm64 (3.00 KiB) only its"
                                + " beginning: it is too long"),
                keptText());
        assertEquals(
                "one",
                page.getAnchorByText("linux/amd64").click().getWebResponse().getContentAsString());
        JSONObject image =
                jenkins.getJSON(run.getUrl() + "api/json?depth=2").getJSONObject().getJSONArray("actions").stream()
                        .map(action -> (JSONObject) action)
                        .filter(action -> action.has("images"))
                        .map(action -> action.getJSONArray("images").getJSONObject(0))
                        .findFirst()
                        .orElseThrow();
        assertEquals(
                "multi-arch-images/download/replay-1-7.json",
                image.getJSONObject("replay").getString("url"));
        assertEquals(
                "[\"SECRET_A\",\"SECRET_B\"]",
                image.getJSONObject("replay").getJSONArray("variables").toString());
        assertEquals(
                List.of("multi-arch-images/download/one.log.gz", "multi-arch-images/download/two.log.gz"),
                image.getJSONArray("progress").stream()
                        .map(each -> ((JSONObject) each).getString("url"))
                        .toList());
    }

    @Test
    void publishedImagesHaveNothingToDownload() throws Exception {
        MultiArchReport.add(run, published("7"));

        assertFalse(keptText().contains("Build it again"), keptText());
        assertFalse(keptText().contains("Progress"), keptText());
    }

    private String keptText() throws Exception {
        return jenkins.createWebClient()
                .getPage(run, "multi-arch-images/")
                .asNormalizedText()
                .replaceAll("\\s+", " ");
    }

    @Test
    void textOfUsersIsEscaped() throws Exception {
        PlatformReport platform = new PlatformReport(
                new BuiltImage(Platform.parse("arm64"), TAG.at(ARM64)), "<script>alert(1)</script>", -1);
        MultiArchReport.add(run, new ImageReport("7", INDEX, List.of(moved(TAG, null)), List.of(platform)));

        HtmlPage page = jenkins.createWebClient().getPage(run, "multi-arch-images/");

        assertTrue(page.asNormalizedText().contains("<script>alert(1)</script>"));
        assertFalse(page.getWebResponse().getContentAsString().contains("<script>alert(1)"));
    }

    @Test
    void stepDoneAgainAfterRestartIsShownOnce() throws Exception {
        MultiArchReport.add(run, new ImageReport("7", null, List.of(), platforms()));
        MultiArchReport.add(run, published("8"));
        MultiArchReport.add(run, published("7"));

        assertEquals(1, run.getActions(MultiArchReport.class).size());
        assertEquals(
                List.of("8", "7"),
                run.getAction(MultiArchReport.class).getImages().stream()
                        .map(ImageReport::getId)
                        .toList());
    }

    @Test
    void stepDoneAgainAfterRestartKeepsWhatItFoundFirst() throws Exception {
        TagState found = new TagState(TAG, TagState.Outcome.UNKNOWN, BEFORE, null);
        MultiArchReport.add(run, new ImageReport("7", null, List.of(found), platforms()));
        MultiArchReport.add(run, new ImageReport("7", INDEX, List.of(moved(TAG, INDEX)), platforms()));

        TagReport tag = run.getAction(MultiArchReport.class)
                .getImages()
                .get(0)
                .getTags()
                .get(0);
        assertEquals(BEFORE.value(), tag.getBefore());
        assertEquals("Published", tag.getOutcomeText());
    }

    @Test
    void reportSurvivesReload() throws Exception {
        MultiArchReport.add(run, published("7"));

        jenkins.jenkins.reload();

        Run<?, ?> loaded = jenkins.jenkins
                .getItemByFullName(run.getParent().getFullName(), FreeStyleProject.class)
                .getBuildByNumber(1);
        MultiArchReport report = loaded.getAction(MultiArchReport.class);
        assertEquals(loaded, report.getObject());
        PlatformReport arm = report.getImages().get(0).getPlatforms().get(1);
        assertEquals("linux/arm64", arm.getPlatform());
        assertEquals(ARM64.value(), arm.getDigest());
        assertEquals("arm-1", arm.getAgent());
        assertEquals(INDEX.value(), report.getImages().get(0).getDigest());
        assertEquals(BEFORE.value(), report.getImages().get(0).getTags().get(0).getBefore());
    }

    @Test
    void apiHasTheDigests() throws Exception {
        MultiArchReport.add(run, published("7"));

        JSONArray images = jenkins
                .getJSON(run.getUrl()
                        + "api/json?tree=actions[images[tags[tag,outcome,before],digest,platforms[platform,digest]]]")
                .getJSONObject()
                .getJSONArray("actions")
                .stream()
                .map(action -> (JSONObject) action)
                .filter(action -> action.has("images"))
                .findFirst()
                .orElseThrow()
                .getJSONArray("images");

        assertEquals(INDEX.value(), images.getJSONObject(0).getString("digest"));
        JSONObject tag = images.getJSONObject(0).getJSONArray("tags").getJSONObject(0);
        assertEquals(TAG.toString(), tag.getString("tag"));
        assertEquals("PUBLISHED", tag.getString("outcome"));
        assertEquals(BEFORE.value(), tag.getString("before"));
        assertEquals(
                ARM64.value(),
                images.getJSONObject(0)
                        .getJSONArray("platforms")
                        .getJSONObject(1)
                        .getString("digest"));
    }

    @Test
    void buildThatEndedTooEarlyShowsWhatItHasBuilt() throws Exception {
        List<Platform> all = Platform.parseAll(List.of("amd64", "arm64"));
        MultiArchReport.note(
                run, new ImageReport("7", null, List.of(), platforms().subList(1, 2)));
        MultiArchReport.end(run, "7", ImageReport.Ending.FAILED, all);
        MultiArchReport.end(run, "8", ImageReport.Ending.ABORTED, all);
        // a task that was stopped may still report
        MultiArchReport.add(run, new ImageReport("8", null, List.of(), List.of()));
        jenkins.jenkins.reload();
        Run<?, ?> loaded = jenkins.jenkins
                .getItemByFullName(run.getParent().getFullName(), FreeStyleProject.class)
                .getBuildByNumber(1);

        String page = jenkins.createWebClient()
                .getPage(loaded, "multi-arch-images/")
                .asNormalizedText()
                .replaceAll("\\s+", " ");

        assertTrue(
                page.matches(".*Not published: the step failed The log says why .* linux/amd64 linux/arm64 "
                        + ARM64.abbreviated() + " arm-1 .*"),
                page);
        assertTrue(page.contains("Not published: the step was aborted"), page);
        String summary = jenkins.createWebClient().getPage(loaded).asNormalizedText();
        assertTrue(summary.contains("not published: the step failed"), summary);
        assertTrue(summary.contains("not published: the step was aborted"), summary);
    }

    @Test
    void everyPlatformHasTheTimeOfItsOwnSteps() throws Exception {
        BuiltImage image = new BuiltImage(Platform.parse("arm64"), TAG.at(ARM64));
        PlatformReport platform = new PlatformReport(
                image.platform(),
                image,
                "arm-1",
                30_000,
                null,
                null,
                Execution.EMULATED,
                new PlatformSteps(4, 1, 23_900));
        MultiArchReport.add(run, new ImageReport("7", INDEX, List.of(), List.of(platform)));
        jenkins.jenkins.reload();
        Run<?, ?> loaded = jenkins.jenkins
                .getItemByFullName(run.getParent().getFullName(), FreeStyleProject.class)
                .getBuildByNumber(1);

        String page =
                jenkins.createWebClient().getPage(loaded, "multi-arch-images/").asNormalizedText();

        assertTrue(page.contains("23 sec (1 of 4 steps cached)"), page);
    }

    @Test
    void timelineIsAPictureAndATable() throws Exception {
        MultiArchReport.addSteps(
                run,
                "7",
                "linux/arm64",
                1000,
                List.of(
                        step("[1/3] FROM <script>alert(1)</script>", 0, 0, TimedStep.Outcome.CACHED),
                        step("[2/3] RUN \"]]><!-- &amp; \u0000\u202e", 100, 4000, TimedStep.Outcome.FAILED)));
        MultiArchReport.addPhases(
                run,
                "7",
                null,
                List.of(
                        TimelineEntry.phase(Kind.WAIT_FOR_AGENT, "linux/arm64", 0, 1000),
                        TimelineEntry.phase(Kind.BAKE, "linux/arm64", 1000, 6000)));
        MultiArchReport.end(run, "7", ImageReport.Ending.FAILED, Platform.parseAll(List.of("arm64")));
        jenkins.jenkins.reload();

        HtmlPage page = jenkins.createWebClient().getPage(loaded(), "multi-arch-images/");

        List<String> rows = page.querySelectorAll("details tbody tr").stream()
                .map(row -> row.querySelectorAll("td").stream()
                        .map(cell -> cell.getTextContent().strip())
                        .collect(Collectors.joining(" ")))
                .map(String::strip)
                .toList();
        assertEquals(
                List.of(
                        "Wait for an agent linux/arm64 0 ms 1 sec yes",
                        "Build linux/arm64 1 sec 5 sec yes",
                        "[1/3] FROM <script>alert(1)</script> linux/arm64 1 sec cached",
                        "[2/3] RUN \"]]><!-- &amp; \ufffd\ufffd linux/arm64 1.1 sec 4 sec, failed yes"),
                rows);
        String html = page.getWebResponse().getContentAsString();
        assertFalse(html.contains("<script>alert(1)"), html);
        String picture = html.substring(html.indexOf("mab-timeline-legend"), html.indexOf("<details>"));
        // nothing that a strict content security policy forbids
        assertFalse(picture.contains("style="), picture);
        assertFalse(picture.contains("<script"), picture);
        assertFalse(picture.matches("(?s).*\\son\\w+=.*"), picture);
        assertEquals(
                4,
                page.getByXPath("//*[contains(@class, 'mab-timeline__bar ')]").size());
        assertTrue(page.querySelectorAll("link").stream()
                .map(link -> link.getAttributes().getNamedItem("href").getNodeValue())
                .anyMatch(link -> link.endsWith("/MultiArchReport/timeline.css")));
    }

    @Test
    void apiHasTheTimeline() throws Exception {
        MultiArchReport.addSteps(
                run,
                "7",
                "linux/arm64",
                1000,
                List.of(
                        step("[1/2] RUN make", 0, 4000, TimedStep.Outcome.DONE),
                        step(null, 4000, 500, TimedStep.Outcome.DONE)));
        MultiArchReport.addPhases(run, "7", null, List.of(TimelineEntry.phase(Kind.BAKE, "linux/arm64", 1000, 6000)));

        JSONArray timeline = jenkins
                .getJSON(run.getUrl() + "api/json?tree=actions[images[state,timeline[kind,group,platform,name,start,"
                        + "millis,slackMillis,outcome,critical]]]")
                .getJSONObject()
                .getJSONArray("actions")
                .stream()
                .map(action -> (JSONObject) action)
                .filter(action -> action.has("images"))
                .map(action -> action.getJSONArray("images").getJSONObject(0))
                .peek(image -> assertEquals("building", image.getString("state")))
                .findFirst()
                .orElseThrow()
                .getJSONArray("timeline");

        assertEquals(
                List.of("bake", "step", "push"),
                timeline.stream()
                        .map(entry -> ((JSONObject) entry).getString("kind"))
                        .toList());
        JSONObject step = timeline.getJSONObject(1);
        assertEquals("linux/arm64", step.getString("group"));
        assertEquals("linux/arm64", step.getString("platform"));
        assertEquals("[1/2] RUN make", step.getString("name"));
        assertEquals(1000, step.getLong("start"));
        assertEquals(4000, step.getLong("millis"));
        assertEquals(250, step.getLong("slackMillis"));
        assertEquals("done", step.getString("outcome"));
        assertTrue(step.getBoolean("critical"));
    }

    @Test
    void timelineOutlivesLaterReports() throws Exception {
        List<TimelineEntry> once = List.of(step("[1/1] RUN a", 0, 10, TimedStep.Outcome.DONE));
        MultiArchReport.addSteps(run, "7", "linux/arm64", 1000, once);
        // a task that is done again after a restart
        MultiArchReport.addSteps(run, "7", "linux/arm64", 1000, once);
        MultiArchReport.addSteps(
                run, "7", "linux/arm64", 5000, List.of(step("[1/1] RUN b", 4000, 10, TimedStep.Outcome.DONE)));
        MultiArchReport.note(run, published("7"));
        MultiArchReport.add(run, published("7"));

        assertEquals(
                List.of("[1/1] RUN a", "[1/1] RUN b"),
                run.getAction(MultiArchReport.class).getImages().get(0).getTimeline().stream()
                        .map(TimelineEntry::getName)
                        .toList());
    }

    /** An older version of the plugin saved no timeline. */
    @Test
    void reportWithoutATimelineIsShown() throws Exception {
        MultiArchReport.add(run, published("7"));
        Path saved = run.getRootDir().toPath().resolve("build.xml");
        assertFalse(Files.readString(saved).contains("timeline"));
        jenkins.jenkins.reload();

        HtmlPage page = jenkins.createWebClient().getPage(loaded(), "multi-arch-images/");

        assertTrue(page.asNormalizedText().contains("linux/arm64"));
        assertFalse(page.asNormalizedText().contains("Timeline"));
    }

    private Run<?, ?> loaded() {
        return jenkins.jenkins
                .getItemByFullName(run.getParent().getFullName(), FreeStyleProject.class)
                .getBuildByNumber(1);
    }

    private static TimelineEntry step(String name, long start, long millis, TimedStep.Outcome outcome) {
        return TimelineEntry.step(
                "linux/arm64", new TimedStep(Platform.parse("arm64"), name, start, millis, 250, outcome), name, 1000);
    }

    private static PlatformReport checked(String platform, Verification verification, String smokeTest) {
        BuiltImage image = new BuiltImage(Platform.parse(platform), TAG.at(ARM64));
        return new PlatformReport(image.platform(), image, "arm-1", -1, verification, smokeTest, null, null);
    }

    private static ImageReport published(String id) {
        return new ImageReport(id, INDEX, List.of(moved(TAG, BEFORE)), platforms());
    }

    private static TagState moved(ImageReference tag, Digest before) {
        return new TagState(tag, TagState.Outcome.PUBLISHED, before, INDEX);
    }

    private static List<PlatformReport> platforms() {
        return List.of(
                new PlatformReport(
                        new BuiltImage(Platform.parse("amd64"), TAG.at(AMD64), TAG.at(AMD64), 1024, 2), "x86-1", 4_500),
                new PlatformReport(
                        new BuiltImage(Platform.parse("arm64"), TAG.at(ARM64), TAG.at(ARM64), 2048, 3),
                        "arm-1",
                        23_900));
    }
}
