package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.buildx.Recorded;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryErrorsTest {

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void missingManifestIsAbsentAndNotRefused(String version) {
        String error = Recorded.read(version, "error-not-found.txt");
        assertTrue(RegistryErrors.isAbsent(error));
        assertFalse(RegistryErrors.isRefused(error));
        assertFalse(RegistryErrors.isTransient(error));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.13.1", "0.29.1"})
    void wrongPasswordIsARefusedLogin(String version) {
        String error = Recorded.read(version, "error-wrong-password-inspect.txt");
        assertTrue(RegistryErrors.isRefusedLogin(error));
        assertFalse(RegistryErrors.isTransient(error), "asking again with the same password helps nobody");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERROR: unexpected status from GET request to https://r/v2/: 503 Service Unavailable",
                "ERROR: unexpected status from HEAD request to https://r/v2/: 429 Too Many Requests",
                "ERROR: failed to do request: Head \"https://r/v2/\": read tcp: connection reset by peer",
                "ERROR: failed to copy: unexpected EOF",
                "ERROR: failed to do request: Get \"https://r/v2/\": EOF",
                "unavailable: service unavailable",
                "unknown: internal server error",
                "unknown: Rate exceeded",
                "unexpected status from PUT request to https://r/v2/: 503 Service Unavailable: <html>Access denied</html>",
                "unknown: storage: permission denied (unexpected status from PUT request to https://r/v2/: 500 Internal Server"
                        + " Error)",
                "ERROR: failed to push r/a: unknown: unknown error"
            })
    void falteringRegistryIsAskedAgain(String error) {
        assertTrue(RegistryErrors.isTransient(error));
        assertFalse(RegistryErrors.isRefused(error));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unauthorized", "failed to push r/a: unauthorized"})
    void wordThatStandsForAStatusIsARefusedLogin(String error) {
        assertTrue(RegistryErrors.isRefusedLogin(error));
        assertFalse(RegistryErrors.isTransient(error));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "unknown: invalid JSON content", "the image is unavailable here"})
    void wordThatSaysNothingIsNoReasonToAskAgain(String error) {
        assertFalse(RegistryErrors.isTransient(error));
    }

    @Test
    void dockerWithoutBuildxIsNoMatterOfTheRegistry() {
        String stderr = "unknown flag: --raw\nSee 'docker --help'.\n\nUsage:  docker [OPTIONS] COMMAND\n";

        String message = RegistryErrors.of("registry.example.com", stderr).getMessage();

        assertEquals("This docker has no buildx. Install the docker-buildx plugin.", message);
    }

    @Test
    void unknownRepositoryOfDockerHubIsNoRefusedLogin() {
        String error = "ERROR: pull access denied, repository does not exist or may require authorization:"
                + " server message: insufficient_scope: authorization failed";
        assertFalse(RegistryErrors.isRefusedLogin(error));
        assertTrue(RegistryErrors.isRefused(error));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unexpected status from PUT request to https://r/v2/a/manifests/sha256:0123: 400 Bad Request",
                "unexpected status from PUT request to https://r/v2/a/manifests/1.0: 415 Unsupported Media Type",
                "MANIFEST_INVALID: manifest invalid"
            })
    void refusedManifestWithAttestationsNamesTheCure(String error) {
        DockerException failure = RegistryErrors.of("r", error);
        assertTrue(failure.getMessage().startsWith("The registry r rejects the manifest"), failure.getMessage());
        assertTrue(RegistryErrors.withAttestationHint(failure, true).toString().contains("provenance: false"));
        assertEquals(failure.sentence(), RegistryErrors.withAttestationHint(failure, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERROR: tag invalid: The image tag '1.0' already exists in the 'app' repository and cannot be overwritten"
                        + " because the repository is immutable.",
                "ERROR: TAG_INVALID: The image tag '1.0' already exists in the 'app' repository and cannot be overwritten"
                        + " because the tag is immutable.",
                "ERROR: ImageTagAlreadyExistsException: The image tag '1.0' already exists",
                "ERROR: denied: Failed to process request due to 'app:1.0' configured as immutable.",
                "ERROR: tag is immutable",
                "ERROR: denied: requested access to the resource is denied - This tag is already assigned to an image in"
                        + " this repository and cannot be updated due to immutability settings.",
                "ERROR: TAG_ALREADY_EXISTS: tag 1.0 already exists",
                "ERROR: denied: the tag 1.0 is protected",
                "ERROR: denied: Not enough permissions to overwrite artifact 'app/1.0/manifest.json'"
            })
    void tagThatMustNotMoveIsNoMatterOfTheLogin(String error) {
        DockerException failure = RegistryErrors.of("r", error);
        assertTrue(failure.getMessage().contains("immutable or protected. Choose a new tag."), failure.getMessage());
        assertNull(failure.refusedRegistry(), "asking for the credentials again helps nobody");
    }

    @Test
    void lockedTagOfAzureIsRefused() {
        assertTrue(RegistryErrors.isRefusedTag(
                "The registry r: The operation is disallowed on this registry, repository or image. View troubleshooting"
                        + " steps at https://aka.ms/acr/faq/"));
    }

    @Test
    void nameOfARepositoryIsNoRefusal() {
        assertFalse(RegistryErrors.isImmutable("ERROR: r/immutable-images/protected/app:1.0: not found"));
    }

    @Test
    void digestWith404InItIsNotAbsent() {
        assertFalse(RegistryErrors.isAbsent(
                "ERROR: unexpected status from GET request to https://r/v2/a/blobs/sha256:a404b: 500"));
        assertTrue(
                RegistryErrors.isAbsent("ERROR: unexpected status from GET request to https://r/v2/a: 404 Not Found"));
    }

    @Test
    void registryIsTheOneThatTheTextNames() {
        String error = "ERROR: failed to copy: unexpected status from PUT request to https://r.example:444/v2/a/: 502";
        assertTrue(RegistryErrors.of("other", error)
                .getMessage()
                .startsWith("The registry r.example:444 does not respond"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "401 Unauthorized",
                "failed to authorize: failed to fetch oauth token: unexpected status from GET request to"
                        + " http://127.0.0.1:1/token?service=rig: 401 Unauthorized",
                "denied: Your authorization token has expired. Reauthenticate and try again."
            })
    void refusedLoginIsToldFromRefusedAccess(String error) {
        DockerException refused = RegistryErrors.of("r", "ERROR: " + error);
        assertTrue(refused.isLoginRefused());
        assertEquals("r", refused.refusedRegistry());
        assertTrue(new DockerException(Sentence.verbatim("Nothing is published."), refused).isLoginRefused());
        assertFalse(RegistryErrors.of("r", "ERROR: 403 Forbidden").isLoginRefused());
        assertFalse(RegistryErrors.of("r", "ERROR: r/a:1: not found").isLoginRefused());
    }

    @Test
    void onlyARefusalNamesTheRefusingRegistry() {
        assertEquals("r", RegistryErrors.of("r", "ERROR: 401 Unauthorized").refusedRegistry());
        assertEquals("r", RegistryErrors.of("r", "ERROR: 403 Forbidden").refusedRegistry());
        assertNull(RegistryErrors.of("r", "ERROR: r/a:1: not found").refusedRegistry());
        DockerException hub = RegistryErrors.of(
                "docker.io",
                "ERROR: unexpected status from HEAD request to https://registry-1.docker.io/v2/a/: 401 Unauthorized");
        assertEquals("docker.io", hub.refusedRegistry(), "as in image references");
    }
}
