package io.jenkins.plugins.multiarchbuild.engine.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Recorded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BakeProgressTest {

    private static final List<Platform> PLATFORMS = Platform.parseAll(List.of("amd64", "arm64"));
    private static final Emulation EMULATED =
            new Emulation(Set.of(Platform.parse("arm64")), Set.of("linux/arm64 build", "linux/arm64 app stage-1"));

    private long now;

    private final BakeProgress progress = new BakeProgress(PLATFORMS, EMULATED, false, () -> now, Locale.ROOT);

    /** Recorded with buildx 0.29.1 while other builds ran that copied the same file. */
    @Test
    void stepUnderTheNameOfAnotherBuildIsCountedOnce() {
        for (String line : List.of(
                "#2 [linux_arm64 1/1] COPY busybox-arm64 /bin/busybox",
                "#2 CACHED",
                "",
                "#8 [linux_arm64 1/4] COPY busybox-arm64 /bin/busybox",
                "#8 CACHED",
                "",
                "#9 [linux_arm64 2/4] RUN make",
                "#9 CACHED",
                "",
                "#10 [linux_arm64 3/4] RUN make",
                "#10 CACHED",
                "",
                "#11 [linux_arm64 4/4] RUN make test",
                "#11 CACHED",
                "")) {
            progress.show(line);
        }
        assertEquals(
                List.of("linux/arm64  4 of 4 steps cached"), progress.show("#12 [linux_arm64] exporting to image"));
    }

    /** Recorded with BuildKit 0.32.2, which exports and pushes in two runs of one step. */
    @Test
    void pushIsSeenThatComesAfterTheExport() {
        for (String line :
                List.of("#10 [linux_arm64] exporting to image", "#10 exporting layers 0.2s done", "#10 ...", "")) {
            progress.show(line);
        }
        progress.show("#10 [linux_arm64] exporting to image");
        assertEquals(List.of("linux/arm64  exporting to image ... 0.4 s"), progress.show("#10 DONE 0.4s"));
        progress.show("");
        progress.show("#10 [linux_arm64] exporting to image");
        progress.show("#10 pushing layers 0.1s done");
        now += TimeUnit.SECONDS.toNanos(6);
        assertEquals(
                List.of("linux/arm64  exporting to image has been running for 6 s"),
                progress.show(BakeProgress.HEARTBEAT));
        assertEquals(List.of("linux/arm64  exporting to image ... 6.3 s"), progress.show("#10 DONE 6.7s"));
    }

    @Test
    void pushThatFailsAfterTheExportIsSeen() {
        progress.show("#10 [linux_arm64] exporting to image");
        progress.show("#10 DONE 0.4s");
        progress.show("");
        progress.show("#10 [linux_arm64] exporting to image");
        assertEquals(
                List.of("linux/arm64  exporting to image failed: failed to push r.example.com/a: unknown"),
                progress.show("#10 ERROR: failed to push r.example.com/a: unknown"));
    }

    @Test
    void warningsHaveNoColours() {
        assertEquals(
                List.of(" 1 warning found (use docker --debug to expand):"),
                progress.show(" \u001b[33m1 warning found (use docker --debug to expand):"));
        assertEquals(
                List.of(" - MaintainerDeprecated: x (line 3)"),
                progress.show("\u001b[0m - MaintainerDeprecated: x (line 3)"));
    }

    @Test
    void stageThatRunsOnTheBuildersPlatformIsNotEmulated() {
        assertEquals(
                List.of(
                        "linux/arm64  [build 2/2] RUN make ... 2.0 s",
                        "linux/arm64  [app stage-1 2/2] RUN make ... 2.0 s",
                        "linux/arm64  [app build 2/2] RUN make ... 2.0 s (emulated)",
                        "linux/arm64  [2/2] RUN make ... 2.0 s (emulated)"),
                List.of("linux_arm64 build", "app-linux_arm64 stage-1", "app-linux_arm64 build", "linux_arm64").stream()
                        .flatMap(stage -> {
                            progress.show("");
                            progress.show("#" + stage.length() + " [" + stage + " 2/2] RUN make");
                            return progress.show("#" + stage.length() + " DONE 2.0s").stream();
                        })
                        .toList());
    }

    @Test
    void stepsHavePlatformAndTime() {
        assertEquals(
                List.of(
                        "building with \"rig-remote\" instance using remote driver",
                        "linux/amd64  [1/2] COPY busybox-amd64 /bin/busybox ... 0.0 s",
                        "linux/arm64  [1/2] COPY busybox-arm64 /bin/busybox ... 0.0 s",
                        "linux/amd64  [2/2] RUN [\"/bin/busybox\", \"uname\", \"-m\"]",
                        "linux/amd64 | x86_64",
                        "linux/amd64  [2/2] RUN [\"/bin/busybox\", \"uname\", \"-m\"] ... 0.5 s",
                        "linux/arm64  [2/2] RUN [\"/bin/busybox\", \"uname\", \"-m\"]",
                        "linux/arm64 | aarch64",
                        "linux/arm64  [2/2] RUN [\"/bin/busybox\", \"uname\", \"-m\"] ... 0.5 s (emulated)",
                        "linux/arm64  exporting to image ... 0.3 s",
                        "linux/amd64  exporting to image ... 0.3 s"),
                show(Recorded.read("0.29.1", "progress-plain.txt")));
    }

    /** Secrets are masked in what is shown: a part of one would remain. */
    @Test
    void longNameIsCutBetweenWords() {
        String run = "RUN " + "x".repeat(180);
        assertEquals(
                List.of("linux/amd64  [2/2] " + run + " ... ... 7.0 s"),
                show("#5 [linux_amd64 2/2] " + run + " SECRET-OF-MANY-CHARACTERS more\n#5 DONE 7.0s\n").stream()
                        .filter(line -> line.contains("RUN"))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void failureIsShownWhole(String version) {
        String log = Recorded.read(version, "error-run-failed.txt");
        List<String> shown = show(log);
        assertTrue(
                shown.stream()
                        .anyMatch(line -> line.startsWith("linux/arm64  [2/2] RUN ")
                                && line.contains(" failed: process \"/bin/busybox sh -c echo checking")),
                shown::toString);
        assertTrue(shown.contains("linux/arm64 | no such luck"), shown::toString);
        List<String> all = log.lines().toList();
        List<String> errors = all.subList(all.indexOf("------"), all.size());
        assertEquals(errors, shown.subList(shown.size() - errors.size(), shown.size()));
    }

    @Test
    void cachedStepsAreCounted() {
        show("""
                #3 [linux_arm64 1/3] FROM docker.io/library/debian:13
                #3 CACHED

                #4 [linux_arm64 build 2/3] RUN make
                #4 CACHED

                #5 [linux_arm64 3/3] COPY a b
                #5 DONE 0.1s
                """);
        assertEquals(List.of("linux/arm64  2 of 3 steps cached"), show("#6 [linux_arm64] exporting to image"));
        assertEquals(List.of(), show(BakeProgress.END_OF_BAKE));
    }

    @Test
    void stepsOfWhatAnImageIsBuiltOnHaveItsPlatform() {
        assertEquals(
                List.of(
                        "linux/arm64  [base build 2/3] RUN make ... 0.1 s (emulated)",
                        "linux/amd64  [base 1/2] COPY a b ... 0.2 s"),
                show("""
                #4 [base-linux_arm64 build 2/3] RUN make
                #4 DONE 0.1s
                #5 [base-linux_amd64 1/2] COPY a b
                #5 DONE 0.2s
                """));
    }

    @Test
    void stepsOfSeveralImagesAreThoseOfEach() {
        List<String> shown = show("""
                #2 [app-linux_arm64 internal] load build definition
                #2 DONE 1.0s
                #4 [app-linux_arm64 build 2/3] RUN make
                #4 DONE 1.1s
                #5 [worker-linux_arm64 1/2] COPY a b
                #5 CACHED
                #6 [worker-linux_arm64] exporting to image
                #6 DONE 2.0s
                """);
        assertEquals("linux/arm64  [app build 2/3] RUN make ... 1.1 s (emulated)", shown.get(0));
        assertEquals(new PlatformSteps(1, 0, 1100), progress.taken("app").get(Platform.parse("arm64")));
        assertEquals(new PlatformSteps(1, 1, 2000), progress.taken("worker").get(Platform.parse("arm64")));
    }

    /** What has the same content for several platforms or images gets one number, and is called by one after another. */
    @Test
    void stepsInCommonAreThoseOfEach() {
        assertEquals(
                List.of(
                        "linux/arm64  [app build 2/3] RUN make",
                        "linux/arm64 | shared",
                        "linux/arm64  [app build 2/3] RUN make ... 2.5 s (emulated)",
                        "linux/amd64  [worker build 2/3] RUN make ... 2.5 s",
                        "linux/amd64  [worker stage-1 1/1] COPY a b ... 0.0 s",
                        "linux/arm64  [app stage-1 1/1] COPY a b ... 0.1 s"),
                show("""
                #9 [app-linux_arm64 build 2/3] RUN make
                #9 0.434 shared
                #9 ...

                #9 [worker-linux_amd64 build 2/3] RUN make
                #9 DONE 2.5s

                #14 [worker-linux_amd64 stage-1 1/1] COPY a b
                #14 DONE 0.0s

                #14 [app-linux_arm64 stage-1 1/1] COPY a b
                #14 DONE 0.1s
                """));
        assertEquals(new PlatformSteps(2, 0, 2600), progress.taken("app").get(Platform.parse("arm64")));
        assertEquals(new PlatformSteps(2, 0, 2500), progress.taken("worker").get(Platform.parse("amd64")));
    }

    /** As buildx shows it: it writes the number of the step and a time before each line. */
    @Test
    void whatLooksLikeBuildxIsShownAsOutput() {
        List<String> printed = List.of(
                "#5 DONE 0.1s",
                "#5 ERROR: x",
                "#11 CACHED",
                "#6 [linux_arm64 9/9] RUN fake",
                "#3 0.100 text",
                BakeProgress.HEARTBEAT,
                BakeProgress.END_OF_BAKE,
                "ERROR: target linux_amd64: failed to solve: x");
        List<String> expected = new ArrayList<>(List.of("linux/amd64  [2/5] RUN printf"));
        printed.forEach(line -> expected.add("linux/amd64 | " + line));
        expected.add("linux/amd64  [2/5] RUN printf ... 0.7 s");

        assertEquals(
                expected,
                show("#5 [linux_arm64 2/5] RUN printf\n\n#11 [linux_amd64 2/5] RUN printf\n#11 0.573 "
                        + String.join("\n#11 0.573 ", printed) + "\n#11 DONE 0.7s\n"));
        assertFalse(progress.taken("").containsKey(Platform.parse("arm64")), "has not ended");
    }

    /** As Git's answer, which is a part of the error when a source cannot be fetched. */
    @Test
    void errorOfSeveralLinesIsShownWhole() {
        assertEquals(
                List.of(
                        "linux/arm64  [internal] load git source https://example.com/x.git failed: git error:"
                                + " exit status 128",
                        "stderr:",
                        "#3 DONE 0.1s",
                        "#4 [linux_amd64 1/1] RUN fake",
                        "linux/amd64  [1/2] COPY a b ... 3.0 s"),
                show("""
                #3 [linux_amd64 1/2] COPY a b
                #3 ...

                #2 [linux_arm64 internal] load git source https://example.com/x.git
                #2 ERROR: git error: exit status 128
                stderr:
                #3 DONE 0.1s
                #4 [linux_amd64 1/1] RUN fake


                #3 [linux_amd64 1/2] COPY a b
                #3 DONE 3.0s
                """));
    }

    @Test
    void whatAStepPrintsStaysAsItIs() {
        String line = "x".repeat(100_000);
        show("#5 [linux_amd64 2/2] RUN make\n#5 0.100 first");

        assertEquals(List.of("linux/amd64 | " + line), show("#5 0.200 " + line));
        assertEquals(
                List.of("linux/amd64 | \u001b[31mred\u001b[0m \ud55c\uae00 \u0085 \u2028  "),
                show("#5 0.300 \u001b[31mred\u001b[0m \ud55c\uae00 \u0085 \u2028  "));
    }

    /** Times that buildx 0.29.1 wrote. */
    @ParameterizedTest
    @ValueSource(strings = {"0.224", "9.176", "12.23", "100.2", "1000.2"})
    void whatAStepPrintsIsShownHoweverLongItRuns(String seconds) {
        show("#5 [linux_amd64 2/2] RUN make\n#5 0.100 first");

        assertEquals(List.of("linux/amd64 | text", "linux/amd64 | "), show("#5 " + seconds + " text\n#5 " + seconds));
    }

    @Test
    void onlyTheLastStateOfAProgressBarIsShown() {
        show("#5 [linux_amd64 2/2] RUN curl\n#5 0.100 first");

        assertEquals(
                List.of(
                        "linux/amd64 | 100%",
                        "linux/amd64 | #3 DONE 0.1s", "linux/amd64 | of Windows", "linux/amd64 | "),
                show("#5 0.467 \r0%\r50%\r100%\n#5 0.500 \r#3 DONE 0.1s\n#5 0.600 of Windows\r\n#5 0.700 \r\r"));
    }

    /** Buildx repeats a line without an end when it shows a step again. */
    @Test
    void lineIsNotRepeated() {
        show("#5 [linux_amd64 2/2] RUN curl\n#5 0.467 \r0%\r10%\n#5 ...\n");

        assertEquals(List.of(), show("\n#5 [linux_amd64 2/2] RUN curl\n#5 0.467 \r0%\r10%\n#5 ...\n"));
        assertEquals(
                List.of("linux/amd64 | 20%", "linux/amd64 | 20%"),
                show("\n#5 [linux_amd64 2/2] RUN curl\n#5 0.467 \r0%\r10%\r20%\n#5 0.467 20%"));
    }

    @Test
    void stepsOfEachPlatformAreCountedAndTimed() {
        show("""
                #1 [linux_arm64 internal] load metadata
                #1 DONE 7.0s
                #2 [linux_arm64 1/3] FROM docker.io/library/debian:13
                #2 CACHED
                #6 [linux_arm64 1/3] FROM docker.io/library/debian:13
                #6 DONE 0.0s
                #3 [linux_arm64 build 2/3] RUN make
                #3 DONE 3.5s
                #4 [linux_amd64 build 2/3] RUN make
                #5 [linux_arm64] exporting to image
                #5 DONE 0.2s
                """);
        assertEquals(new PlatformSteps(2, 1, 3700), progress.taken("").get(Platform.parse("arm64")));
        assertFalse(progress.taken("").containsKey(Platform.parse("amd64")), "nothing has ended");
    }

    /** The second byte of Å in UTF-8 is a line break in the encoding that has all bytes. */
    @Test
    void partOfCharacterIsNoLineBreak() {
        String name =
                "[2/4] RUN echo " + new String("Århus".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertEquals(List.of(), progress.show("#2 [linux_arm64 " + name.substring(1)));
        assertEquals(List.of("linux/arm64  " + name + " ... 1.0 s (emulated)"), progress.show("#2 DONE 1.0s"));
        assertEquals(1, progress.taken("").get(Platform.parse("arm64")).steps());
    }

    @Test
    void costOfEmulationIsMeasuredWhereTheSameStepRanNatively() {
        show("""
                #1 [linux_arm64 2/4] RUN javac Main.java
                #1 DONE 23.9s
                #2 [linux_amd64 2/4] RUN javac Main.java
                #2 DONE 2.1s
                #3 [linux_arm64 3/4] RUN only for arm
                #3 DONE 50.0s
                #4 [linux_arm64 4/4] RUN jar
                #4 DONE 3.0s
                #5 [linux_amd64 4/4] RUN jar
                #5 DONE 0.4s
                """);
        assertEquals(
                List.of("linux/arm64  RUN took 26.9 s emulated, and 2.5 s for linux/amd64. Most of it:"
                        + " [2/4] RUN javac Main.java, 23.9 s. An agent of that architecture, or"
                        + " FROM --platform=$BUILDPLATFORM for what can be cross-compiled, avoids this."),
                show(BakeProgress.END_OF_BAKE));
    }

    @Test
    void cheapEmulationIsNotWorthLine() {
        show("""
                #1 [linux_arm64 2/4] RUN javac Main.java
                #1 DONE 5.0s
                #2 [linux_amd64 2/4] RUN javac Main.java
                #2 DONE 0.1s
                """);
        assertEquals(List.of(), show(BakeProgress.END_OF_BAKE));
    }

    @Test
    void onePlatformHasNoTarget() {
        BakeProgress one = new BakeProgress(PLATFORMS.subList(1, 2), EMULATED, false, () -> now, Locale.ROOT);
        List<String> shown = new ArrayList<>();
        for (String line : List.of(
                "#1 [internal] load build definition from Dockerfile",
                "#1 DONE 0.0s",
                "",
                "#2 [build 1/2] RUN make",
                "#2 CACHED",
                "#3 [auth] team/app:pull,push token for registry.example.com",
                "#3 DONE 0.0s")) {
            shown.addAll(one.show(line));
        }
        assertEquals(List.of(), shown);
        assertEquals(List.of("linux/arm64  1 of 1 step cached"), one.show(BakeProgress.END_OF_BAKE));
    }

    @Test
    void silenceIsBroken() {
        show("#2 [linux_arm64 2/4] RUN javac Main.java\n#3 [linux_amd64 internal] load build context\n#3 DONE 0.1s");
        pass(4);
        assertEquals(List.of(), show(BakeProgress.HEARTBEAT));
        pass(1);
        List<String> running = List.of("linux/arm64  [2/4] RUN javac Main.java has been running for 5 s");
        assertEquals(running, show(BakeProgress.HEARTBEAT));
        pass(29);
        assertEquals(List.of(), show(BakeProgress.HEARTBEAT));
        pass(1);
        assertEquals(
                List.of("linux/arm64  [2/4] RUN javac Main.java has been running for 35 s"),
                show("#2 sha256:0123 1.05MB / 30MB 34.9s"),
                "lines that are not shown break it as well");
        show("#2 DONE 36.0s");
        pass(5);
        assertEquals(List.of(BakeProgress.HEARTBEAT), show(BakeProgress.HEARTBEAT), "nothing is known to run");
    }

    @Test
    void stepsThatBeganBeforeARestartAreShownAsTheyAre() {
        List<String> lines = List.of("#9 12.35 text", "#9 ERROR: process", "#8 DONE 1.0s");
        assertEquals(lines, show(String.join("\n\n", lines) + "\n\n#9 ..."));
    }

    /** What a step is at is no step of its own. */
    @Test
    void restartInTheMiddleOfAStepMakesNoOther() {
        BakeProgress one = new BakeProgress(PLATFORMS.subList(1, 2), EMULATED, false, () -> now, Locale.ROOT);
        List<String> shown = new ArrayList<>();
        for (String line : List.of("#9 exporting layers 12.0s done", "#9 pushing layers", "#9 DONE 13.0s")) {
            shown.addAll(one.show(line));
        }

        assertEquals(List.of("#9 DONE 13.0s"), shown);
    }

    @Test
    void stepBeganBeforeWhatItPrinted() {
        show("#5 [linux_arm64 2/2] RUN make\n#5 9.000 text");
        pass(5);

        assertEquals(List.of("linux/arm64  [2/2] RUN make has been running for 14 s"), show(BakeProgress.HEARTBEAT));
    }

    @Test
    void missingCacheIsNoFailure() {
        assertEquals(
                List.of("linux/arm64  importing cache manifest from r.example/a:c-arm64: not found"),
                show("#2 [linux_arm64] importing cache manifest from r.example/a:c-arm64\n"
                        + "#2 ERROR: failed to configure registry cache importer: r.example/a:c-arm64: not found"));
    }

    @Test
    void rawLogHasEverything() {
        BakeProgress raw = new BakeProgress(PLATFORMS, EMULATED, true, () -> now, Locale.ROOT);
        for (String line : List.of("#1 [internal] load", "", "#1 DONE 0.0s")) {
            assertEquals(List.of(line), raw.show(line));
        }
        assertEquals(List.of(), raw.show(BakeProgress.HEARTBEAT));
        pass(5);
        assertEquals(List.of(BakeProgress.HEARTBEAT), raw.show(BakeProgress.HEARTBEAT));
    }

    @Test
    void longCommandsAreCutShort() {
        String shown = show("#2 [linux_arm64 2/4] RUN " + "x".repeat(10_000) + "\n#2 DONE 1.0s")
                .get(0);
        assertTrue(shown.length() < 300, shown);
        assertFalse(shown.contains("x".repeat(250)), shown);
    }

    private void pass(int seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private List<String> show(String lines) {
        List<String> shown = new ArrayList<>();
        Arrays.stream(lines.split("\n", -1)).forEach(line -> shown.addAll(progress.show(line)));
        shown.removeIf(String::isEmpty);
        return shown;
    }
}
