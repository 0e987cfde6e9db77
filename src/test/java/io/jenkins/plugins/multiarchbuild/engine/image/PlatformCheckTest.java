package io.jenkins.plugins.multiarchbuild.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PlatformCheckTest {

    private static final Platform ARM64 = Platform.parse("linux/arm64");
    private static final byte[] MINE = TestElf.program(TestElf.ARM64);
    private static final byte[] FOREIGN = TestElf.program(TestElf.AMD64);

    @Test
    void programThatTheImageStarts() throws Exception {
        Verdict good = check(new TestTar().file("app", MINE), List.of("/app"), List.of());
        assertNull(good.error());
        assertEquals("linux/arm64 verified: 1 program, /app is AArch64", good.summary(ARM64));
        Verdict bad = check(new TestTar().file("app", FOREIGN).file("other", MINE), List.of("/app"), List.of());
        assertEquals(
                "/app, which the image starts, is x86-64 and not AArch64. It comes from 'COPY app /app': copy the file of"
                        + " the target's platform there (ARG TARGETARCH in the Dockerfile), or build it in a stage for the"
                        + " target's platform. If this is intended, allow it with foreignPrograms.",
                bad.error());
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
        assertNull(check(tar, List.of("/entry.sh"), List.of("--server")).error());
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
        assertNull(check(tar, List.of("/none"), List.of()).error(), "a program that is not started may be a leftover");
        Verdict allowed = PlatformCheck.check(
                ARM64, tar.files(), config(List.of("/app"), List.of()), new PathPatterns(List.of("/lib/ld-linux-*")));
        assertNull(allowed.error());
        tar.file("usr/lib/ld-linux-aarch64.so.1", MINE);
        assertNull(check(tar, List.of("/app"), List.of()).error());
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
                verdict.summary(ARM64));
    }

    @Test
    void wideProgramInANarrowImageIsListedUnlessItIsStarted() throws Exception {
        Platform narrow = Platform.parse("linux/386");
        ImageFiles files = new TestTar().file("bin/app", FOREIGN).files();
        Verdict verdict = PlatformCheck.check(narrow, files, config(List.of(), List.of()), PathPatterns.NONE);
        assertNull(verdict.error());
        assertTrue(verdict.summary(narrow).contains("/bin/app (x86-64)"), verdict.summary(narrow));
        Verdict started = PlatformCheck.check(narrow, files, config(List.of("/bin/app"), List.of()), PathPatterns.NONE);
        assertTrue(started.error() != null && started.error().contains("is x86-64 and not"), started.error());
    }

    @Test
    void imageWithoutNativeProgramsPasses() throws Exception {
        TestTar tar = new TestTar().script("app.wasm", "\0asm").script("index.html", "<p>");
        assertEquals(
                "linux/arm64 verified: no native programs",
                check(tar, List.of("/app.wasm"), List.of()).summary(ARM64));
    }

    @Test
    void allowedProgramsAreNotLookedAt() throws Exception {
        TestTar tar = new TestTar().file("opt/cross/bin/cc", FOREIGN);
        PathPatterns allowed = new PathPatterns(List.of("/opt/cross/**"));
        Verdict verdict =
                PlatformCheck.check(ARM64, tar.files(), config(List.of("/opt/cross/bin/cc"), List.of()), allowed);
        assertNull(verdict.error());
        assertEquals(0, verdict.foreign().count());
        assertTrue(verdict.summary(ARM64).endsWith("; allowed by foreignPrograms: /opt/cross/bin/cc (x86-64)"));
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
        String failure = check(links, List.of("/app"), List.of()).failure(ARM64);
        assertTrue(failure.startsWith("The image for linux/arm64 cannot be verified: it has more programs"), failure);
        assertTrue(failure.contains("verifyPlatforms: false"), failure);
        failure = check(foreign, List.of("/app"), List.of()).failure(ARM64);
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
        String error = check(tar, entrypoint, cmd).error();
        assertTrue(error != null && error.startsWith(expected), error);
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
                List.of("COPY other /other # buildkit", "COPY app /app # buildkit", "CMD [\"/app\"]"));
    }
}
