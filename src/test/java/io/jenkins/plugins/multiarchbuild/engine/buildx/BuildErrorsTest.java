package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildErrorsTest {

    private static final List<ImageKey> IMAGES = Platform.parseAll(List.of("amd64", "arm64")).stream()
            .map(ImageKey::of)
            .toList();

    @Test
    void builderThatCannotDoItIsSaidWithTheWayOut() {
        String network = BuildErrors.ofBake(
                        "ERROR: target linux_arm64: failed to solve: granting entitlement network.host is not allowed by build"
                                + " daemon configuration",
                        IMAGES)
                .getMessage();
        assertTrue(network.startsWith("linux/arm64: The builder does not allow network 'host'."), network);
        String cache = BuildErrors.ofBake(
                        "ERROR: target linux_amd64: Cache export is not supported for the docker driver.\n"
                                + "Switch to a different driver, or turn on the containerd image store, and try again.",
                        IMAGES)
                .getMessage();
        assertTrue(cache.startsWith("linux/amd64: Cache export is not supported for the docker driver. Name"), cache);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void failedPlatformIsNamed(String version) {
        String failure = BuildErrors.ofBake(Recorded.read(version, "error-run-failed.txt"), IMAGES)
                .getMessage();
        assertTrue(failure.startsWith("linux/arm64: process \"/bin/busybox sh -c echo checking"), failure);
        assertTrue(failure.endsWith("did not complete successfully: exit code: 3"), failure);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void refusedPushNamesTheRegistry(String version) {
        for (String file : List.of("error-unauthorized.txt", "error-wrong-password.txt")) {
            DockerException failure = BuildErrors.ofBake(Recorded.read(version, file), IMAGES);
            assertTrue(failure.getMessage().contains("The registry 127.0.0.1:5000 refused the login"), "" + failure);
            assertEquals("127.0.0.1:5000", failure.refusedRegistry());
            assertEquals("127.0.0.1:5000", failure.withPrefix("On an agent: ").refusedRegistry());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void registryThatIsDownIsNamed(String version) {
        String failure = BuildErrors.ofBake(Recorded.read(version, "error-registry-down.txt"), IMAGES)
                .getMessage();
        assertTrue(failure.contains("The registry 127.0.0.1:1 does not respond properly"), failure);
        assertTrue(failure.contains("connection refused"), failure);
        assertTrue(failure.endsWith("run the build again, or retry the step."), failure);
    }

    @Test
    void silenceHasAReasonToo() {
        assertEquals("no reason was given", BuildErrors.ofBake("", IMAGES).getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to"
                        + " https://auth.r.example/token: 401 Unauthorized",
                "unexpected status from HEAD request to https://r.example:444/v2/a/b/manifests/1: 403 Forbidden",
                "pull access denied, repository does not exist or may require authorization: server message:"
                        + " insufficient_scope: authorization failed"
            })
    void refusedBaseImageNamesTheRegistry(String reason) {
        DockerException failure = BuildErrors.ofBake(
                "ERROR: target linux_arm64: failed to solve: r.example:444/a/b:1: failed to resolve source metadata for"
                        + " r.example:444/a/b:1: " + reason,
                IMAGES);
        assertTrue(failure.getMessage().startsWith("linux/arm64: r.example:444/a/b:1: failed to"), "" + failure);
        assertEquals("r.example:444", failure.refusedRegistry());
    }

    @Test
    void patternOfAnInstructionIsNotOneOfTheIgnoreFile() {
        String failure = BuildErrors.ofBake(
                        "ERROR: target linux_amd64: failed to solve: failed to compute cache key: failed to calculate checksum"
                                + " of ref abc: invalid excludepatterns: [[a]: syntax error in pattern",
                        IMAGES)
                .getMessage();
        assertTrue(failure.startsWith("linux/amd64: failed to compute cache key"), failure);
    }

    /** Recorded with BuildKit 0.32.2, which ends with the words of the registry and not with the status. */
    @Test
    void statusIsFoundInWhatTheStepHasPrinted() {
        String log = """
                #10 3.062 error: unexpected status from POST request to http://r.example.com/v2/a/blobs/uploads/: 500 Internal Server Error
                #10 3.062 unknown
                #10 3.062 retrying in 4s
                #10 7.065 error: unexpected status from POST request to http://r.example.com/v2/a/blobs/uploads/: 500 Internal Server Error
                #10 7.065 unknown
                #10 ERROR: failed to push r.example.com/a: unknown
                ------
                 > [linux_amd64] exporting to image:
                7.065 error: unexpected status from POST request to http://r.example.com/v2/a/blobs/uploads/: 500 Internal Server Error
                7.065 unknown
                ------
                ERROR: target linux_amd64: failed to solve: failed to push r.example.com/a: unknown
                """;
        assertTrue(BuildErrors.isPassingPushFailure(log));
        String message = BuildErrors.ofBake(log, IMAGES).getMessage();
        assertTrue(message.startsWith("linux/amd64: "), message);
        assertTrue(
                message.contains(
                        "unknown (unexpected status from POST request to http://r.example.com/v2/a/blobs/uploads/:"
                                + " 500 Internal Server Error)"),
                message);

        assertFalse(BuildErrors.isPassingPushFailure(log.replace("500 Internal Server Error", "400 Bad Request")));
        assertFalse(
                BuildErrors.isPassingPushFailure(log.replace("#10 ERROR", "#11 ERROR")), "the status of another step");
        String several = log.replace("a: unknown\n", "a: errors:\n") + "unknown: one\nunknown: two\n";
        assertTrue(BuildErrors.isPassingPushFailure(several));
        assertFalse(
                BuildErrors.isPassingPushFailure(log.replace("#10 7.065 unknown\n", "#10 7.065 retrying in 8s\n")),
                "the status of an attempt that was not the last one");
    }

    /** Recorded with BuildKit 0.32.2, which shows the body of an answer that is not JSON. */
    @Test
    void bodyOfAnAnswerIsNotTheError() {
        String log =
                "ERROR: target linux_arm64: failed to solve: failed to push r.example.com/a: unexpected status from PUT"
                        + " request to http://r.example.com/v2/a/manifests/sha256:1: 502 Bad Gateway: <html>\n"
                        + "<head><title>502</title></head>\nError: upstream prematurely closed\n</html>\n";
        assertTrue(BuildErrors.isPassingPushFailure(log));
        String message = BuildErrors.ofBake(log, IMAGES).getMessage();
        assertTrue(message.contains("502 Bad Gateway"), message);
    }

    /** Recorded with BuildKit 0.32.2. */
    @Test
    void allErrorsOfARegistryAreRead() {
        String push = "ERROR: target linux_amd64: failed to solve: failed to push r.example.com/a: errors:\n";

        assertTrue(BuildErrors.isRefusedArtifact(push + "manifest blob unknown: blob unknown to registry\nunknown\n"));
        String message = BuildErrors.ofBake(push + "denied: no\nunauthorized: authentication required\n", IMAGES)
                .getMessage();
        assertTrue(message.contains("r.example.com refused the login"), message);
        assertTrue(message.contains("errors: denied: no; unauthorized: authentication required"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "error from sender: failed to match excludepatterns: syntax error in pattern",
                "rpc error: code = Unknown desc = invalid excludepatterns: [a []: syntax error in pattern",
                "rpc error: code = Unknown desc = invalid excludepatterns: [a !]: illegal exclusion pattern: \"!\"",
                "syntax error in pattern",
                "illegal exclusion pattern: \"!\""
            })
    void invalidRuleNamesItsFile(String reason) {
        String failure = BuildErrors.ofBake("ERROR: target linux_amd64: failed to solve: " + reason, IMAGES)
                .getMessage();
        assertTrue(failure.startsWith("linux/amd64: A rule in .dockerignore is not valid"), failure);
        assertTrue(failure.endsWith("(" + reason + ")"), failure);
    }

    @Test
    void builderThatWentAwayIsToldFromAFailedBuild() {
        DockerException gone = BuildErrors.ofBake(Recorded.read("drivers", "error-builder-gone.txt"), IMAGES);
        assertTrue(gone.isBuilderGone());
        assertTrue(gone.withPrefix("The build failed. ").isBuilderGone());
        assertEquals(
                "The builder went away during the build: it was stopped or restarted, or ran out of memory. (failed to"
                        + " receive status: rpc error: code = Unavailable desc = error reading from server: EOF)",
                gone.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "failed to receive status: rpc error: code = Unavailable desc = closing transport due to: connection error:"
                        + " desc = \"error reading from server: EOF\", received prior goaway: code: NO_ERROR",
                "failed to solve: rpc error: code = Unavailable desc = transport is closing",
                "failed to solve: Unavailable: error reading from server: read unix @->/run/buildkit.sock: read: connection"
                        + " reset by peer",
                "failed to receive status: rpc error: code = NotFound desc = no such job rdry1eyggbluzfte5tke81y4z"
            })
    void builderMayGoAwayInManyWays(String error) {
        assertTrue(BuildErrors.ofBake("ERROR: target linux_amd64: " + error, IMAGES)
                .isBuilderGone());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "failed to solve: process \"/bin/sh -c echo code = Unavailable transport is closing\" did not complete"
                        + " successfully: exit code: 1",
                "failed to solve: failed to push r.example/a:1: unexpected status from POST request to"
                        + " https://r.example/v2/a/blobs/uploads/: 503 Service Unavailable: try later",
                "failed to solve: r.example/a:1: not found"
            })
    void failedBuildIsNoOutageOfTheBuilder(String error) {
        assertFalse(BuildErrors.ofBake("ERROR: target linux_amd64: " + error, IMAGES)
                .isBuilderGone());
    }

    @Test
    void missingBaseImageIsNotRefused() {
        assertNull(BuildErrors.ofBake(
                        "ERROR: target linux_arm64: failed to solve: r.example/a:1: failed to resolve source metadata for"
                                + " r.example/a:1: r.example/a:1: not found",
                        IMAGES)
                .refusedRegistry());
    }

    @Test
    void commandThatSpeaksOfABuilderIsNoOutage() throws DockerException {
        String words = "process \"docker ps # Cannot connect to the Docker daemon\" did not complete successfully:"
                + " exit code: 1";
        BuildErrors.checkBuilder("ERROR: target linux-amd64: failed to solve: " + words);
        BuildErrors.checkBuilder("ERROR: failed to solve: " + words);
        assertThrows(
                DockerException.class,
                () -> BuildErrors.checkBuilder("ERROR: target linux-amd64: failed to receive status: rpc error: code ="
                        + " Unavailable desc = error reading from server: EOF"));
    }
}
