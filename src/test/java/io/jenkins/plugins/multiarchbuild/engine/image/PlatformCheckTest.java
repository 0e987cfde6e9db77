package io.jenkins.plugins.multiarchbuild.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformCheckTest {

    private static final Platform ARM64 = Platform.parse("linux/arm64");
    private static final byte[] MINE = TestElf.program(TestElf.ARM64);
    private static final byte[] FOREIGN = TestElf.program(TestElf.AMD64);

    @Test
    void programThatTheImageStarts() throws Exception {
        Verdict good = check(new TestTar().file("app", MINE), List.of("/app"), List.of());
        assertNull(good.problem());
        assertEquals(
                "linux/arm64 verified: 1 program, /app is AArch64",
                good.summary(ARM64).toString());
        Verdict bad = check(new TestTar().file("app", FOREIGN).file("other", MINE), List.of("/app"), List.of());
        assertEquals(
                "/app, which the image starts, is x86-64 and not AArch64. It comes from 'COPY app /app': copy the file of"
                        + " the target's platform there (ARG TARGETARCH in the Dockerfile), or build it in a stage for the"
                        + " target's platform. If this is intended, allow it with foreignPrograms.",
                String.valueOf(bad.problem()));
    }

    @Test
    void commandIsLookedUpInThePathAndBehindAnEntrypoint() throws Exception {
        TestTar tar = new TestTar()
                .script("entry.sh", "#!/bin/sh\nexec \"$@\"\n")
                .file("usr/bin/dash", MINE)
                .link("bin", "usr/bin")
                .link("usr/bin/sh", "dash")
                .file("usr/local/bin/server", FOREIGN);
        assertError(
                "/usr/local/bin/server, which the image starts, is x86-64",
                tar,
                List.of("/entry.sh"),
                List.of("server"));
        assertError("/usr/local/bin/server", tar, List.of(), List.of("/bin/sh", "-c", "exec server --port 80"));
        assertError("/usr/local/bin/server", tar, List.of("/usr/bin/dash", "--", "server"), List.of());
        assertNull(check(tar, List.of("/entry.sh"), List.of("--server")).problem());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/init /app",
                "tini -g /app",
                "/usr/bin/env server",
                "/usr/bin/env -S server_--port_80",
                "env -vS/app_-x",
                "env --split-string=A=b_/app",
                "/usr/bin/env A=b server",
                "sh /entry.sh",
                "sh -e entry.sh",
                "/bin/sh -o pipefail -c /app",
                "bash -euo pipefail -c /app",
                "sh -ec /app",
                "busybox sh -c /app",
                "tini -- sh -c /app",
                "sh -c sh_-c_'/app'",
                "sh -c FOO=1_/app",
                "sh -c cd_/_&&_/app",
                "sh -c cd_/;exec_'/app'_>/log",
                "sh -c tini_-g_/app",
                "sh -c exec_tini_--_/app",
                "sh -c true\n\"/app\"_--x",
                "sh -c (sleep_1&)_2>&1|/app",
                "sh -c if_true;_then_/app;_fi",
                "/entry.sh",
                "/outer.sh",
            })
    void programThatSomethingElseStarts(String command) throws Exception {
        TestTar tar = starters().file("app", FOREIGN).file("usr/bin/server", FOREIGN);
        tar.data("entry.sh", "#!/bin/sh\nset -e\nexec /app \"$@\"\n".getBytes(StandardCharsets.UTF_8))
                .script("outer.sh", "#!/bin/sh\nif [ -e /x ]; then\n  exec env A=b tini -g /entry.sh\nfi\n");
        List<String> words = Stream.of(command.split(" "))
                .map(word -> word.replace('_', ' '))
                .toList();
        for (int i = 0; i <= words.size(); i++) {
            Verdict verdict = check(tar, words.subList(0, i), words.subList(i, words.size()));
            String problem = String.valueOf(verdict.problem());
            assertTrue(problem.contains(", is x86-64 and not"), problem);
        }
        PathPatterns allowed = new PathPatterns(List.of("/app", "/usr/bin/server"));
        assertNull(PlatformCheck.check(ARM64, tar.files(), config(words, List.of()), allowed)
                .problem());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sh -c case_$(uname_-m)_in_x86_64)_/amd64/app;;_aarch64)_/arm64/app;;_esac",
                "sh -c case_$(uname_-m)_in_x86_64)_exec_/amd64/app;;_aarch64)_exec_/arm64/app;;_esac",
                "sh -c [_$(arch)_=_aarch64_]_&&_exec_/arm64/app;_exec_/amd64/app",
                "sh -c echo_'run_with_&&_/amd64/app'_&&_/arm64/app",
                "sh -c /arm64/app_#_not_/amd64/app",
                "/choose.sh",
                "sh /choose.sh",
                "wine /app.exe",
                "/arm64/app /amd64 /dynamic",
            })
    void noFalseAlarm(String command) throws Exception {
        TestTar tar = starters()
                .file("amd64/app", FOREIGN)
                .file("arm64/app", MINE)
                .file("dynamic", TestElf.program(TestElf.ARM64, "/lib/none.so"))
                .file("app.exe", NativeProgramTest.pe(0x8664, 0))
                .script(
                        "choose.sh",
                        "#!/bin/sh\ncase $(uname -m) in x86_64) exec /amd64/app;; aarch64) exec /arm64/app;; esac\n");
        List<String> words = Stream.of(command.split(" "))
                .map(word -> word.replace('_', ' '))
                .toList();
        Verdict verdict = check(tar, words, List.of());
        assertNull(verdict.problem());
        assertFalse(verdict.started().stream().anyMatch(each -> each.startsWith("/dynamic")), verdict.toString());
    }

    @Test
    void scriptsThatStartEachOther() throws Exception {
        TestTar tar = starters();
        for (int i = 0; i < 10; i++) {
            String commands = "exec /0 /1 /2 /3 /4 /5 /6 /7 /8 /9\n".repeat(8);
            tar.script(String.valueOf(i), "#!/0\n" + commands);
        }
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> check(tar, List.of("/0"), List.of("/9")));
    }

    private static TestTar starters() {
        TestTar tar = new TestTar().link("bin", "usr/bin").file("init", MINE);
        for (String name : List.of("sh", "bash", "busybox", "tini", "env", "wine")) {
            tar.file("usr/bin/" + name, MINE);
        }
        return tar;
    }

    @Test
    void onlyWhatIsExecutableIsFoundThroughThePath() throws Exception {
        TestTar tar = new TestTar().data("usr/local/bin/app", MINE).file("usr/bin/app", FOREIGN);
        assertError("/usr/bin/app, which the image starts, is x86-64", tar, List.of("app"), List.of());
        assertEquals(1, check(tar, List.of(), List.of()).programs(), "libraries are not executable");
    }

    @Test
    void emptyElementOfThePathIsTheWorkingDirectory() throws Exception {
        ImageFiles files =
                new TestTar().file("app", MINE).file("work/app", FOREIGN).files();
        String printed =
                "{\"architecture\":\"arm64\",\"config\":{\"Cmd\":[\"app\"],\"WorkingDir\":\"/work\",\"Env\":[\"PATH=%s\"]}}";
        for (String path : List.of(":/", "/none::/", "/none:")) {
            ImageConfig config = ImageConfig.parse(printed.formatted(path), ARM64);
            String error = String.valueOf(
                    PlatformCheck.check(ARM64, files, config, PathPatterns.NONE).problem());
            assertTrue(error.startsWith("/work/app, which the image starts"), path + ": " + error);
        }
    }

    @Test
    void programThatIsNotFound() throws Exception {
        TestTar tar = starters().link("loop", "loop").link("broken", "/none");
        for (String program : List.of("/none", "none", "/loop", "/broken")) {
            String expected = "; what the image starts, " + program + ", was not found";
            for (Verdict verdict :
                    List.of(check(tar, List.of(program), List.of("/other")), check(tar, List.of(), List.of(program)))) {
                assertNull(verdict.problem());
                assertTrue(
                        verdict.summary(ARM64).toString().endsWith(expected),
                        verdict.summary(ARM64).toString());
            }
        }
        assertEquals(
                "/none",
                check(tar, List.of("sh", "-c", "exec /none"), List.of()).missing());
        assertNull(check(tar, List.of("sh", "-c", "none && $APP >/log 2>&1"), List.of())
                .missing());
        assertNull(check(tar, List.of("sh"), List.of("/none")).missing(), "it may be an argument");
        assertNull(check(tar, List.of(), List.of()).missing());
    }

    @Test
    void interpretersOfScripts() throws Exception {
        TestTar tar = new TestTar()
                .file("usr/bin/env", MINE)
                .file("usr/bin/python3", FOREIGN)
                .script("env.py", "#!/usr/bin/env -S python3 -u\n")
                .script("unset.py", "#!/usr/bin/env -S -u DISPLAY A=b python3 -u\n")
                .script("direct.py", "#! /usr/bin/python3\n")
                .script("outer", "#!/direct.py\n");
        String expected = "/usr/bin/python3, which runs it, is x86-64 and not AArch64";
        assertError("The script /env.py: " + expected, tar, List.of("/env.py"), List.of());
        assertError("The script /unset.py: " + expected, tar, List.of("/unset.py"), List.of());
        assertError("The script /direct.py: " + expected, tar, List.of("./direct.py"), List.of());
        assertError("The script /outer: The script /direct.py: " + expected, tar, List.of("/outer"), List.of());
    }

    @Test
    void loaderOfAnotherMachine() throws Exception {
        byte[] dynamic = TestElf.program(TestElf.ARM64, "/lib/ld-linux-aarch64.so.1");
        TestTar tar = new TestTar().link("lib", "usr/lib").file("app", dynamic);
        tar.file("usr/lib/ld-linux-aarch64.so.1", FOREIGN);
        assertError(
                "/usr/lib/ld-linux-aarch64.so.1, the dynamic loader of /app, is x86-64 and not AArch64",
                tar,
                List.of("/app"),
                List.of());
    }

    @Test
    void loaderThatIsNotThere() throws Exception {
        byte[] dynamic = TestElf.program(TestElf.ARM64, "/lib/ld-linux-aarch64.so.1");
        TestTar tar = new TestTar().link("lib", "usr/lib").file("app", dynamic).file("other", dynamic);
        assertError(
                "/app, which the image starts, cannot start: its dynamic loader /lib/ld-linux-aarch64.so.1 is not in the"
                        + " image.",
                tar,
                List.of("/app"),
                List.of());
        assertNull(
                check(tar, List.of("/none"), List.of()).problem(), "a program that is not started may be a leftover");
        Verdict allowed = PlatformCheck.check(
                ARM64, tar.files(), config(List.of("/app"), List.of()), new PathPatterns(List.of("/lib/ld-linux-*")));
        assertNull(allowed.problem());
        tar.file("usr/lib/ld-linux-aarch64.so.1", MINE);
        assertNull(check(tar, List.of("/app"), List.of()).problem());
    }

    @Test
    void someProgramMustMatch() throws Exception {
        TestTar tar = new TestTar().file("lib/a.so", FOREIGN).file("lib/b.so", FOREIGN);
        assertError(
                "None of the image's 2 native programs is for linux/arm64; /lib/a.so is x86-64.",
                tar,
                List.of(),
                List.of());
        tar.file("lib/c.so", MINE);
        Verdict verdict = check(tar, List.of(), List.of());
        assertEquals(
                "linux/arm64 verified: 1 program; for other platforms: /lib/a.so (x86-64), /lib/b.so (x86-64)",
                verdict.summary(ARM64).toString());
    }

    @Test
    void wideProgramInANarrowImageIsListedUnlessItIsStarted() throws Exception {
        Platform narrow = Platform.parse("linux/386");
        ImageFiles files = new TestTar().file("bin/app", FOREIGN).files();
        Verdict verdict = PlatformCheck.check(narrow, files, config(List.of(), List.of()), PathPatterns.NONE);
        assertNull(verdict.problem());
        assertTrue(
                verdict.summary(narrow).toString().contains("/bin/app (x86-64)"),
                verdict.summary(narrow).toString());
        Verdict started = PlatformCheck.check(narrow, files, config(List.of("/bin/app"), List.of()), PathPatterns.NONE);
        String problem = String.valueOf(started.problem());
        assertTrue(problem.contains("is x86-64 and not"), problem);
    }

    @Test
    void imageWithoutNativeProgramsPasses() throws Exception {
        TestTar tar = new TestTar().script("app.wasm", "\0asm").script("index.html", "<p>");
        assertEquals(
                "linux/arm64 verified: no native programs",
                check(tar, List.of("/app.wasm"), List.of()).summary(ARM64).toString());
    }

    @Test
    void allowedProgramsAreNotLookedAt() throws Exception {
        TestTar tar = new TestTar().file("opt/cross/bin/cc", FOREIGN);
        PathPatterns allowed = new PathPatterns(List.of("/opt/cross/**"));
        Verdict verdict =
                PlatformCheck.check(ARM64, tar.files(), config(List.of("/opt/cross/bin/cc"), List.of()), allowed);
        assertNull(verdict.problem());
        assertEquals(0, verdict.foreign().count());
        assertTrue(
                verdict.summary(ARM64).toString().endsWith("; allowed by foreignPrograms: /opt/cross/bin/cc (x86-64)"));
    }

    @Test
    void imageWithMoreThanIsLookedAtIsNotVerified() throws Exception {
        TestTar links = new TestTar().file("app", MINE);
        TestTar foreign = new TestTar().file("app", FOREIGN);
        TestTar data = new TestTar();
        for (int i = 10; i < 50; i++) {
            // some 1 MiB in memory
            String name = "x".repeat(500_000) + i;
            links.link("link-" + i, name);
            foreign.link("link-" + i, name);
            data.file(name, "executable, whatever it is".getBytes(StandardCharsets.UTF_8));
        }
        String failure = check(links, List.of("/app"), List.of()).failure(ARM64).toString();
        assertTrue(failure.startsWith("The image for linux/arm64 cannot be verified: it has more programs"), failure);
        assertTrue(failure.contains("verifyPlatforms: false"), failure);
        failure = check(foreign, List.of("/app"), List.of()).failure(ARM64).toString();
        assertTrue(failure.contains("does not run on that platform: /app, which the image starts"), failure);
        assertNull(check(data.file("app", MINE), List.of("/app"), List.of()).failure(ARM64));
    }

    @Test
    void onlySomeForeignProgramsAreListed() throws Exception {
        TestTar tar = new TestTar().file("app", MINE);
        for (int i = 10; i < 40; i++) {
            tar.file("node_modules/" + i + ".node", FOREIGN);
        }
        assertTrue(check(tar, List.of("/app"), List.of())
                .summary(ARM64)
                .toString()
                .endsWith("/node_modules/19.node (x86-64) and 20 more"));
    }

    @Test
    void patternsOfPaths() {
        Predicate<String> patterns =
                new PathPatterns(List.of("/opt/**", "/usr/bin/qemu-*", "/a/**/b", "/x?.$")).matcher();
        for (String path : List.of("/opt/a", "/opt/a/b", "/usr/bin/qemu-arm", "/a/b", "/a/c/d/b", "/xy.$")) {
            assertTrue(patterns.test(path), path);
        }
        for (String path : List.of("/op", "/usr/bin/qemu-/x", "/usr/bin/qem", "/a/bb", "/x/.$", "/xyz$")) {
            assertTrue(!patterns.test(path), path);
        }
    }

    @Test
    @Timeout(10)
    void patternsOfPathsTakeNoTimeToMatch() {
        String deep = "/d".repeat(60) + "/file";
        assertFalse(new PathPatterns(List.of("/" + "**/".repeat(30) + "x"))
                .matcher()
                .test(deep));
        assertFalse(
                new PathPatterns(List.of("/" + "*d".repeat(30) + "x")).matcher().test("/" + "d".repeat(120)));
    }

    @Test
    void configurationAsBuildxPrintsIt() throws Exception {
        String one =
                "{\"architecture\":\"arm64\",\"config\":{\"Entrypoint\":[\"/a\"],\"Cmd\":null,\"Env\":[\"PATH=/x:/y\"]}}";
        ImageConfig config = ImageConfig.parse(one, ARM64);
        assertEquals(List.of("/a"), config.entrypoint());
        assertEquals(List.of("/x", "/y"), config.path());
        assertEquals("/", config.workingDirectory());
        assertEquals(config, ImageConfig.parse("{\"linux/arm64\":" + one + "}", ARM64));
    }

    private static void assertError(String expected, TestTar tar, List<String> entrypoint, List<String> cmd)
            throws Exception {
        String error = String.valueOf(check(tar, entrypoint, cmd).problem());
        assertTrue(error.startsWith(expected), error);
    }

    private static Verdict check(TestTar tar, List<String> entrypoint, List<String> cmd) throws Exception {
        return PlatformCheck.check(ARM64, tar.files(), config(entrypoint, cmd), PathPatterns.NONE);
    }

    private static ImageConfig config(List<String> entrypoint, List<String> cmd) {
        return new ImageConfig(
                entrypoint,
                cmd,
                List.of("/usr/local/bin", "/usr/bin"),
                "/",
                List.of("COPY other /other # buildkit", "COPY app /app # buildkit", "CMD [\"/app\"]"),
                List.of());
    }
}
