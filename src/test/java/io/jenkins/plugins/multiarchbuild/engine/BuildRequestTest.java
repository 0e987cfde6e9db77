package io.jenkins.plugins.multiarchbuild.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildSecrets;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Requests;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildRequestTest {

    private static final Platform AMD64 = Platform.parse("amd64");
    private static final Platform ARM64 = Platform.parse("arm64");
    private static final Platform ARM_V7 = Platform.parse("arm/v7");

    @Test
    void baseTagNamedTwiceCountsOnce() {
        assertEquals(
                List.of(ImageReference.parse("app:1")),
                BuildRequest.parseBaseTags(List.of("app:1", "docker.io/library/app:1")));
    }

    @Test
    void noBaseTagIsRefused() {
        assertThrows(InvalidRequestException.class, () -> BuildRequest.parseBaseTags(List.of()));
    }

    @Test
    void archTagsThatCollideAreRefused() {
        ArchTags same = ArchTags.of(new PlatformMap(Map.of("amd64", "x", "arm64", "x")));
        var error = assertThrows(InvalidRequestException.class, () -> request(same, "app:1"));
        assertTrue(error.getMessage().contains("app:1-x"), error.getMessage());
    }

    @Test
    void archTagThatIsABaseTagIsRefused() {
        var error = assertThrows(
                InvalidRequestException.class, () -> request(ArchTags.parse("true"), "app:1", "app:1-arm64"));
        assertTrue(error.getMessage().contains("is also a base tag"), error.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"true, 1-arm64", "uname, 1-aarch64", "false, 1-arm64"})
    void archTagStyles(String style, String tag) {
        assertEquals(
                tag,
                ArchTags.parse(style).tag(ImageReference.parse("app:1"), ARM64).tag());
    }

    @Test
    void ownArchTagSuffixMayBeginWithItsHyphen() {
        ArchTags own = ArchTags.of(new PlatformMap(Map.of("arm64", "-graviton")));
        assertEquals("1-graviton", own.tag(ImageReference.parse("app:1"), ARM64).tag());
        assertEquals("1-amd64", own.tag(ImageReference.parse("app:1"), AMD64).tag());
    }

    @Test
    void closestKeyOfAPlatformMapWins() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("*", "rest");
        entries.put("arm", "architecture");
        entries.put("linux/arm/v6", "platform");
        PlatformMap map = new PlatformMap(entries);
        assertEquals("rest", map.get(AMD64).orElseThrow());
        assertEquals("architecture", map.get(ARM_V7).orElseThrow());
        assertEquals("platform", map.get(Platform.parse("linux/arm/v6")).orElseThrow());
        entries.put("linux/arm/v7", "platform");
        assertEquals("platform", new PlatformMap(entries).get(ARM_V7).orElseThrow(), "arm is short for it");
        assertTrue(PlatformMap.EMPTY.get(AMD64).isEmpty());
        assertEquals(
                "windows too",
                new PlatformMap(Map.of("aarch64", "windows too"))
                        .get(Platform.parse("windows/arm64"))
                        .orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "arm64, aarch64, true",
        "arm64, linux/arm64, true",
        "linux/arm64, linux/arm64/v8, true",
        "arm, armhf, true",
        "armhf, linux/arm/v7, true",
        "arm/v7, linux/arm/v7, true",
        "arm, linux/arm/v7, false",
        "linux/arm/v7, arm, false",
        "arm, armel, false",
        "arm64, windows/arm64, false",
        "*, arm64, false"
    })
    void keysThatAreTheSamePlatformAreRefused(String first, String second, boolean same) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(first, "1");
        entries.put(second, "2");
        if (!same) {
            assertEquals(entries, new PlatformMap(entries).entries());
            return;
        }
        var error = assertThrows(InvalidRequestException.class, () -> new PlatformMap(entries));
        assertTrue(
                error.getMessage().startsWith("'" + first + "' and '" + second + "' are the same platform, linux/arm"),
                error::getMessage);
        Map<String, Map<String, String>> values = new LinkedHashMap<>();
        entries.forEach((key, value) -> values.put(key, Map.of("N", value)));
        assertThrows(InvalidRequestException.class, () -> new PlatformValues(Map.of(), values));
    }

    @Test
    void keysOfOtherPlatformsAreKnown() {
        List<String> keys = List.of("*", "arm", "linux/arm/v6", "aarch64", "s390x");
        assertEquals(List.of("linux/arm/v6", "s390x"), PlatformMap.keysOfOthers(keys, List.of(AMD64, ARM64, ARM_V7)));
        assertEquals(
                List.of("arm", "linux/arm/v6", "aarch64", "s390x"), PlatformMap.keysOfOthers(keys, List.of(AMD64)));
    }

    @Test
    void unknownKeyOfAPlatformMapIsRefused() {
        assertThrows(InvalidRequestException.class, () -> new PlatformMap(Map.of("vax", "x")));
        assertThrows(InvalidRequestException.class, () -> new PlatformMap(Map.of("arm64", " ")));
    }

    @Test
    void dockerfileOfAPlatformWinsOverTheCommonOne() {
        BuildSource source = new BuildSource("", "Common", new PlatformMap(Map.of("arm64", "Arm")));
        assertEquals(".", source.context());
        assertEquals("Common", source.dockerfileFor(AMD64));
        assertEquals("Arm", source.dockerfileFor(ARM64));
        assertEquals("Dockerfile", BuildSource.WORKSPACE.dockerfileFor(AMD64));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/x/y.git#main:dir",
                "git://host/x",
                "ssh://git@host/x",
                "git@github.com:x/y.git",
                "http://host/x.tar.gz"
            })
    void urlsAreFetchedByBuildKit(String context) {
        assertTrue(new BuildSource(context, null, PlatformMap.EMPTY).isRemote());
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "src/app", "https", "git"})
    void pathsAreDirectories(String context) {
        assertFalse(new BuildSource(context, null, PlatformMap.EMPTY).isRemote());
    }

    @Test
    void standardInputIsNoContext() {
        assertThrows(InvalidRequestException.class, () -> new BuildSource("-", null, PlatformMap.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"maybe", "mode=max,", "=", "mode=a b"})
    void malformedProvenanceIsRefused(String value) {
        assertThrows(
                InvalidRequestException.class,
                () -> Requests.options().provenance(value).build());
        assertThrows(
                InvalidRequestException.class,
                () -> Requests.options().sbom(value).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "a\ud800b"})
    void textThatNoProgramCanTakeIsRefused(String text) {
        assertThrows(
                InvalidRequestException.class,
                () -> Requests.options().buildArgs(Map.of("A", text)).build());
        assertThrows(
                InvalidRequestException.class,
                () -> Requests.options().target(text).build());
        assertThrows(InvalidRequestException.class, () -> new BuildSource(text, null, PlatformMap.EMPTY));
        assertThrows(InvalidRequestException.class, () -> new BuildSource(".", text, PlatformMap.EMPTY));
        assertThrows(InvalidRequestException.class, () -> new PlatformMap(Map.of("arm64", text)));
        assertThrows(InvalidRequestException.class, () -> new NamedContexts(PlatformValues.of(Map.of("a", text))));
    }

    /** All of these become arguments of docker, and the ids stand in a line of CSV. */
    @ParameterizedTest
    @ValueSource(
            strings = {"-x", "--file=/etc/passwd", "$(id)", "`id`", "a;b", "a|b", "a\nb", "a b", "../x", "a,b", "'a'"})
    void namesThatCouldBeTakenForSomethingElseAreRefused(String name) {
        assertThrows(InvalidRequestException.class, () -> ImageReference.parse(name));
        assertThrows(
                InvalidRequestException.class,
                () -> new BuildRequest(
                        List.of(AMD64),
                        BuildRequest.parseBaseTags(List.of("app:1")),
                        BuildSource.WORKSPACE,
                        BuildOptions.DEFAULTS,
                        name,
                        ArchTags.NONE,
                        true));
        assertThrows(InvalidRequestException.class, () -> Annotations.checked(Map.of(name, "")));
        assertThrows(InvalidRequestException.class, () -> BuildSecrets.checkIds("secrets", List.of(name)));
        assertThrows(InvalidRequestException.class, () -> new NamedContexts(PlatformValues.of(Map.of(name, "dir"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.", "a/", "a-", "a:", "A.", "[:", "a=b,", "\\"})
    void veryLongTextIsRefusedInOneLine(String piece) {
        String text = piece.repeat(200_000);
        for (Executable parse : List.<Executable>of(
                () -> ImageReference.parse(text),
                () -> Platform.parse(text),
                () -> RegistryHost.parse("registry", text),
                () -> Requests.options().provenance(text).build(),
                () -> ArchTags.parse(text),
                () -> new NamedContexts(PlatformValues.of(Map.of(text, "dir"))))) {
            var error = assertThrows(InvalidRequestException.class, parse);
            assertTrue(error.getMessage().length() < 30_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cwd://dir", "docker-image://alpine", "ftp://h/x"})
    void contextThatOnlyBakeUnderstandsIsRefused(String context) {
        assertThrows(InvalidRequestException.class, () -> new BuildSource(context, null, PlatformMap.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "cwd://Dockerfile"})
    void dockerfileThatOnlyBakeUnderstandsIsRefused(String dockerfile) {
        assertThrows(InvalidRequestException.class, () -> new BuildSource(".", dockerfile, PlatformMap.EMPTY));
        PlatformMap own = new PlatformMap(Map.of("arm64", dockerfile));
        assertThrows(InvalidRequestException.class, () -> new BuildSource(".", null, own));
    }

    @Test
    void namesWithEqualsSignsAreRefused() {
        assertThrows(
                InvalidRequestException.class,
                () -> Requests.options().buildArgs(Map.of("A=B", "")).build());
        assertThrows(
                InvalidRequestException.class,
                () -> Requests.options().labels(Map.of(" ", "")).build());
    }

    private static BuildRequest request(ArchTags archTags, String... baseTags) {
        return new BuildRequest(
                List.of(AMD64, ARM64),
                BuildRequest.parseBaseTags(List.of(baseTags)),
                BuildSource.WORKSPACE,
                BuildOptions.DEFAULTS,
                null,
                archTags,
                true);
    }
}
