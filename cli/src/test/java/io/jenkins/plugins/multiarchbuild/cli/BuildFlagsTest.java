package io.jenkins.plugins.multiarchbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the options that are handed through do to the image, with a real engine and a real registry. */
class BuildFlagsTest extends AppTestCase {

    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void optionsReachTheImage(String driver) throws Exception {
        Files.writeString(context.resolve("Dockerfile_amd64"), dockerfile("amd64", "large"));
        Files.writeString(context.resolve("Dockerfile_arm64"), dockerfile("arm64", "small"));
        Path more = Files.createDirectory(context.resolve("more"));
        Path own = Files.createDirectory(context.resolve("own"));
        Files.writeString(more.resolve("file"), "common");
        Files.writeString(own.resolve("file"), "own");
        Path secret = Files.writeString(context.resolve("secret"), "s3cret of a file");

        JsonNode result = run(
                driver,
                "--base-tags", Cli.tag(repository, "1.0"),
                "--dockerfile", "Dockerfile_${arch}",
                "--build-arg", "A=common",
                "--build-arg-for", "arm64=A=own=x",
                "--label", "l=common",
                "--label-for", "arm64=l=own",
                "--target", "large",
                "--target-for", "arm64=small",
                "--build-context", "more=" + more,
                "--build-context-for", "arm64=more=" + own,
                "--secret", "id=file,src=" + secret,
                "--secret", "id=variable,env=LC_ALL",
                "--shm-size", "3m",
                "--ulimit", "nofile=1234:2345",
                "--add-host", "mirror.example.com=192.0.2.77",
                "--entitlement", "network.host",
                "--no-cache",
                "--provenance", "false",
                "--annotation", "org.example=value");

        String index = Rig.manifest(repository, "1.0").orElseThrow();
        assertEquals("value", Cli.JSON.readTree(index).at("/annotations/org.example").asText());
        for (int i = 0; i < 2; i++) {
            String manifest = Rig.manifest(
                            repository, result.at("/platforms/" + i + "/digest").asText())
                    .orElseThrow();
            String config = Cli.JSON.readTree(manifest).at("/config/digest").asText();
            JsonNode labels = Cli.JSON.readTree(Rig.blob(repository, config)).at("/config/Labels");
            assertEquals(i == 0 ? "common" : "own", labels.path("l").asText());
            assertEquals(i == 0 ? "common" : "own=x", labels.path("arg").asText());
        }
        String amd = Rig.run("linux/amd64", Cli.tag(repository, "1.0"));
        for (String seen : List.of("common", "s3cret of a file", "C.UTF-8", "192.0.2.77", "multi-arch-rig0:")) {
            assertTrue(amd.contains(seen), amd);
        }
        assertTrue(amd.matches("(?s).*tmpfs +3072 .*Max open files +1234 +2345 .*"), amd);
        String arm = Rig.run("linux/arm64", Cli.tag(repository, "1.0"));
        assertTrue(arm.startsWith("own") && !arm.contains("common"), arm);
    }

    @Test
    void cacheIsWrittenAndReadAndNetworkIsCut() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                ARG TARGETARCH
                COPY busybox-$TARGETARCH /busybox
                RUN ["/busybox", "sh", "-c", "test $(/busybox cat /proc/net/dev | /busybox wc -l) = 3"]
                """);
        Path cache = context.resolveSibling(context.getFileName() + "-cache");
        List<String> options = List.of("--no-push", "--network", "none", "--cache-from", "type=local,src=" + cache);

        List<String> writing = new ArrayList<>(options.subList(0, 3));
        writing.addAll(List.of("--pull", "--cache-to", "type=local,dest=" + cache));
        run("remote", writing.toArray(String[]::new));
        assertTrue(Files.exists(cache.resolve("amd64/index.json")));

        Cli.Outcome outcome = start("remote", options.toArray(String[]::new));

        assertEquals(0, outcome.exitCode(), outcome.stderr());
        assertTrue(outcome.stderr().contains("importing cache manifest from local:"), outcome.stderr());
    }

    @Test
    void sharedCacheIsForOtherBuilders() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                ARG TARGETARCH
                COPY busybox-$TARGETARCH /busybox
                RUN ["/busybox", "sh", "-c", "/busybox cat /proc/sys/kernel/random/uuid > /out"]
                CMD ["/busybox", "cat", "/out"]
                """);
        String tag = Cli.tag(repository, "1.0");
        run("remote", "--base-tags", tag, "--cache", "true");
        String first = Rig.run("linux/arm64", tag);

        run("docker", "--base-tags", tag, "--cache", "true");

        assertEquals(first, Rig.run("linux/arm64", tag));
    }

    /** The registry does not exist: whoever asked for it would fail. */
    @ParameterizedTest
    @ValueSource(strings = {"remote", "docker"})
    void withoutPushPlatformsAreBuiltAndNoRegistryIsAsked(String driver) throws Exception {
        JsonNode result = run(driver, "--no-push", "--base-tags", "127.0.0.1:1/team/app:1.0");

        assertFalse(result.has("digest"), result.toString());
        assertEquals("[]", result.path("references").toString());
        assertEquals(
                "[{\"platform\":\"linux/amd64\"},{\"platform\":\"linux/arm64\"}]",
                result.path("platforms").toString());
    }

    @Test
    void withoutPushPlatformThatFailsIsNamed() throws Exception {
        Files.delete(context.resolve("busybox-arm64"));

        String error = Cli.runWithoutLogin("--platforms", Cli.PLATFORMS, "--no-push", context.toString())
                .error(1);

        assertTrue(error.startsWith("ERROR: The build failed. linux/arm64: "), error);
    }

    private static String dockerfile(String architecture, String stage) {
        return """
                FROM scratch AS %s
                ARG A
                COPY busybox-%s /bin/busybox
                COPY --from=more file /out
                RUN --mount=type=secret,id=file --mount=type=secret,id=variable --network=host ["/bin/busybox", "sh", "-c", \
                  "/bin/busybox cat /run/secrets/file /run/secrets/variable >> /out; /bin/busybox df -k /dev/shm >> /out; \
                   /bin/busybox cat /etc/hosts /proc/self/limits /proc/net/dev >> /out"]
                LABEL arg=$A
                CMD ["/bin/busybox", "cat", "/out"]
                FROM scratch
                """.formatted(stage, architecture);
    }

    private JsonNode run(String driver, String... options) throws Exception {
        return start(driver, options).json();
    }

    private Cli.Outcome start(String driver, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("--platforms", Cli.PLATFORMS, "--json"));
        all.addAll(List.of("--builder", Rig.builder(driver)));
        all.addAll(List.of(options));
        all.add(context.toString());
        return Cli.run(all.toArray(String[]::new));
    }
}
