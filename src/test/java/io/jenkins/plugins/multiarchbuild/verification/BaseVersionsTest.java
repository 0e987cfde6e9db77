package io.jenkins.plugins.multiarchbuild.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.FreeStyleBuild;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BaseVersionsTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final Platform AMD64 = Platform.parse("amd64");
    private static final Platform ARM64 = Platform.parse("arm64");
    private static final Platform I386 = Platform.parse("386");
    private static final String DEBIAN = "docker.io/library/debian:latest";

    private FreeStyleBuild run;

    @BeforeEach
    void build() throws Exception {
        run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        names("debian", "pinned@sha256:" + "a".repeat(64));
    }

    @Test
    void versionThatDiffersIsNamedWithThePlatforms() {
        assertEquals(List.of(), add(AMD64, DEBIAN, "1"));
        assertEquals(List.of(), add(I386, DEBIAN, "1"));
        assertEquals(
                List.of("WARNING: the platforms are built on different versions of docker.io/library/debian:latest: "
                        + "1 (linux/amd64, linux/386), 2 (linux/arm64). Its tag moved during the build, or an agent had"
                        + " an older one. Name the image by its digest, or set pull: true."),
                add(ARM64, DEBIAN, "2"));
    }

    @Test
    void platformThatIsBuiltAgainCountsOnce() {
        assertEquals(List.of(), add(AMD64, DEBIAN, "1"));
        assertEquals(List.of(), add(AMD64, DEBIAN, "2"));
        assertEquals(List.of(), add(ARM64, DEBIAN, "2"));
    }

    /** Dockerfiles may name another digest for each platform. */
    @Test
    void imageThatIsNamedByItsDigestMayDiffer() {
        assertEquals(List.of(), add(AMD64, "docker.io/library/pinned", "1"));
        assertEquals(List.of(), add(ARM64, "docker.io/library/pinned", "2"));
    }

    @Test
    void callsOfABuildAreIndependent() {
        assertEquals(List.of(), add(AMD64, DEBIAN, "1"));
        BaseVersions other = BaseVersions.of(run, "other");
        other.name(List.of(ImageReference.parse("debian")));
        assertEquals(List.of(), other.add(ARM64, Map.of(DEBIAN, "2")));
    }

    private void names(String... images) {
        BaseVersions.of(run, "call")
                .name(Stream.of(images).map(ImageReference::parse).toList());
    }

    private List<String> add(Platform platform, String image, String digest) {
        return BaseVersions.of(run, "call").add(platform, Map.of(image, digest)).stream()
                .map(Object::toString)
                .toList();
    }
}
