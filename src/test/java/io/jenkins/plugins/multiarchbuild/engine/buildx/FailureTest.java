package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTest {

    private static final List<Platform> PLATFORMS = Platform.parseAll(List.of("amd64", "arm64"));

    @Test
    void builderThatCannotDoItIsSaidWithTheWayOut() {
        String network = Failure.ofBuild(
                "ERROR: target linux_arm64: failed to solve: granting entitlement network.host is not allowed by build"
                        + " daemon configuration",
                PLATFORMS);
        assertTrue(network.startsWith("linux/arm64: The builder does not allow network 'host'."), network);
        String cache = Failure.ofBuild(
                "ERROR: target linux_amd64: Cache export is not supported for the docker driver.\n"
                        + "Switch to a different driver, or turn on the containerd image store, and try again.",
                PLATFORMS);
        assertTrue(cache.startsWith("linux/amd64: Cache export is not supported for the docker driver. Name"), cache);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void failedPlatformIsNamed(String version) {
        String failure = Failure.ofBuild(Recorded.read(version, "error-run-failed.txt"), PLATFORMS);
        assertTrue(failure.startsWith("linux/arm64: process \"/bin/busybox sh -c echo checking"), failure);
        assertTrue(failure.endsWith("did not complete successfully: exit code: 3"), failure);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void refusedPushNamesTheRegistry(String version) {
        for (String file : List.of("error-unauthorized.txt", "error-wrong-password.txt")) {
            String failure = Failure.ofBuild(Recorded.read(version, file), PLATFORMS);
            assertTrue(failure.contains("The registry 127.0.0.1:5000 refused the login"), failure);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void registryThatIsDownIsNamed(String version) {
        String failure = Failure.ofBuild(Recorded.read(version, "error-registry-down.txt"), PLATFORMS);
        assertTrue(failure.contains("The registry 127.0.0.1:1 does not answer as it should"), failure);
        assertTrue(failure.contains("connection refused"), failure);
        assertTrue(failure.endsWith("run the build again, or retry the step."), failure);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void missingManifestIsAbsentAndNotRefused(String version) {
        String error = Recorded.read(version, "error-not-found.txt");
        assertTrue(Failure.isAbsent(error));
        assertFalse(Failure.isRefused(error));
        assertFalse(Failure.isTransient(error));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void wrongPasswordIsARefusedLogin(String version) {
        String error = Recorded.read(version, "error-wrong-password-inspect.txt");
        assertTrue(Failure.isRefusedLogin(error));
        assertFalse(Failure.isTransient(error), "asking again with the same password helps nobody");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERROR: unexpected status from GET request to https://r/v2/: 503 Service Unavailable",
                "ERROR: unexpected status from HEAD request to https://r/v2/: 429 Too Many Requests",
                "ERROR: failed to do request: Head \"https://r/v2/\": read tcp: connection reset by peer",
                "ERROR: failed to copy: unexpected EOF",
                "ERROR: failed to do request: Get \"https://r/v2/\": EOF"
            })
    void falteringRegistryIsAskedAgain(String error) {
        assertTrue(Failure.isTransient(error));
        assertFalse(Failure.isRefusedLogin(error));
    }

    @Test
    void unknownRepositoryOfDockerHubIsNoRefusedLogin() {
        String error = "ERROR: pull access denied, repository does not exist or may require authorization:"
                + " server message: insufficient_scope: authorization failed";
        assertFalse(Failure.isRefusedLogin(error));
        assertTrue(Failure.isRefused(error));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unexpected status from PUT request to https://r/v2/a/manifests/sha256:0123: 400 Bad Request",
                "unexpected status from PUT request to https://r/v2/a/manifests/1.0: 415 Unsupported Media Type",
                "MANIFEST_INVALID: manifest invalid"
            })
    void refusedManifestWithAttestationsNamesTheCure(String error) {
        String failure = Failure.ofRegistry("r", error);
        assertTrue(failure.startsWith("The registry r does not take the manifest"), failure);
        assertTrue(Failure.withAttestationHint(failure, true).contains("provenance: false"));
        assertEquals(failure, Failure.withAttestationHint(failure, false));
    }

    @Test
    void digestWith404InItIsNotAbsent() {
        assertFalse(Failure.isAbsent(
                "ERROR: unexpected status from GET request to https://r/v2/a/blobs/sha256:a404b: 500"));
        assertTrue(Failure.isAbsent("ERROR: unexpected status from GET request to https://r/v2/a: 404 Not Found"));
    }

    @Test
    void registryIsTheOneThatTheTextNames() {
        String error = "ERROR: failed to copy: unexpected status from PUT request to https://r.example:444/v2/a/: 502";
        assertTrue(Failure.ofRegistry("other", error).startsWith("The registry r.example:444 does not answer"));
    }

    @Test
    void silenceHasAReasonToo() {
        assertEquals("it gave no reason", Failure.ofBuild("", PLATFORMS));
    }
}
