package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Preflight;
import io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.PrivateEngine;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries that the engine reaches by settings of its own, and buildx by itself not at all. */
@NeedsRig
class PrivateRegistriesTest {

    private static PrivateEngine engine;

    @TempDir
    private Path directory;

    private RigDocker docker;

    @BeforeAll
    static void start() throws Exception {
        engine = new PrivateEngine();
        engine.trust();
    }

    @AfterAll
    static void stop() throws Exception {
        if (engine != null) {
            engine.close();
        }
    }

    @BeforeEach
    void docker() throws Exception {
        docker = new RigDocker(
                engine.docker(),
                PrivateEngine.TLS,
                PrivateEngine.DISTRUSTED,
                PrivateEngine.PLAIN,
                PrivateEngine.FORBIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {PrivateEngine.TLS, PrivateEngine.PLAIN})
    void whatTheEngineReachesIsBuiltPublishedAndReadBack(String registry) throws Exception {
        BuildRequest request = request(registry + "/team/app:1");
        docker = docker.with(certificates().trust(List.of(registry), directory.resolve("ca"), Map.of()));
        Registry reached = registry();
        Preflight.check(docker, reached, BakeTargets.of(request), new BuildGroup(null, request.platforms()));
        List<BuiltImage> built = RigImages.build(request, docker);
        PublicationResult published = new Publisher(reached).publish(Publication.of(request, built));
        assertEquals(published.index().digest().value(), engine.digest(registry, "team/app", "1"));
        var read = docker.run(List.of("manifest", "inspect", "--insecure", registry + "/team/app:1"));
        assertTrue(read.succeeded(), read.stderr());
        assertEquals(
                Map.of("linux/amd64", 1, "linux/arm64", 1, "unknown/unknown", 2),
                RigImages.platforms(new ObjectMapper().readTree(read.stdout())));
    }

    @Test
    void certificateOfABuilderIsTrustedToo() throws Exception {
        Path builders = directory.resolve("buildx");
        Path toml = Files.writeString(
                directory.resolve("buildkitd.toml"),
                "[registry.\"" + PrivateEngine.TLS + "\"]\n  ca = [\"" + engine.ca() + "\"]\n");
        RigDocker with = docker.with(Map.of("BUILDX_CONFIG", builders.toString()));
        var created = with.run(List.of(
                "buildx", "create", "--name", "own", "--driver", "docker-container", "--buildkitd-config", "" + toml));
        assertTrue(created.succeeded(), created.stderr());
        ImageReference missing = ImageReference.parseTag(PrivateEngine.TLS + "/team/none:1");
        assertThrows(DockerException.class, () -> registry().find(missing));

        RegistryCertificates certificates = new RegistryCertificates(List.of(), builders);
        docker = docker.with(certificates.trust(List.of(PrivateEngine.TLS), directory.resolve("ca"), Map.of()));
        assertTrue(registry().find(missing).isEmpty());
    }

    @Test
    void certificateThatNobodyTrustsIsSaidWithTheCure() {
        String failure = failure(PrivateEngine.DISTRUSTED);
        assertTrue(
                failure.startsWith("The certificate of the registry distrusted.test:5001 is signed by a CA that is not"
                        + " trusted. Put the CA's certificate into /etc/docker/certs.d/distrusted.test:5001/ca.crt"),
                failure);
    }

    @Test
    void plainHttpThatTheEngineDoesNotAllowIsSaidWithTheCure() {
        String failure = failure(PrivateEngine.FORBIDDEN);
        assertTrue(
                failure.startsWith("The registry forbidden.test:5000 speaks plain HTTP. List forbidden.test:5000 under"
                        + " insecure-registries"),
                failure);
    }

    @Test
    void nothingIsDoneWhereTheEngineHasNoSettings() throws Exception {
        assertEquals(Map.of(), certificates().trust(List.of(PrivateEngine.PLAIN), directory.resolve("ca"), Map.of()));
        assertTrue(Files.notExists(directory.resolve("ca")));
    }

    private String failure(String registry) {
        ImageReference tag = ImageReference.parseTag(registry + "/team/app:1");
        String message =
                assertThrows(DockerException.class, () -> registry().find(tag)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private Registry registry() {
        return new Registry(new PlainHttpDocker(docker), delay -> {}, line -> {});
    }

    private RegistryCertificates certificates() {
        return new RegistryCertificates(List.of(engine.certificates()), directory.resolve("none"));
    }

    /** Without RUN, for which the engine would need a network for containers. */
    private static BuildRequest request(String tag) throws Exception {
        BuildRequest request =
                RigImages.request("default", RigImages.options("true", "private"), ArchTags.parse("true"), tag);
        Files.writeString(Path.of(request.source().context(), "Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        return request;
    }
}
