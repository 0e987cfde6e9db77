package io.jenkins.plugins.multiarchbuild.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheOptionsTest {

    private static final Platform ARM_V7 = Platform.parse("arm/v7");

    @ParameterizedTest
    @CsvSource({
        "'app:cache', 'type=registry,ref=docker.io/library/app:cache-arm-v7'",
        "'ref=r.example/c, Type=registry,mode=max', 'ref=r.example/c:latest-arm-v7,type=registry,mode=max'",
        "'type=local,dest=/c@2', 'type=local,dest=/c@2/arm-v7'",
        "'type=s3,bucket=b', 'type=s3,bucket=b,name=buildkit-arm-v7'",
        "'type=gha,scope=main', 'type=gha,scope=main-arm-v7'",
        "'type=inline', 'type=inline'"
    })
    void everyPlatformWritesToPlaceOfItsOwn(String entry, String own) {
        assertEquals(List.of(own), options(List.of(), List.of(entry)).toFor(ARM_V7));
    }

    @Test
    void whatTheBuildWritesIsReadFromTheSamePlace() {
        CacheOptions options = options(List.of("r.example/c:1"), List.of("type=registry,ref=r.example/c:1,mode=max"));
        assertEquals(List.of("type=registry,ref=r.example/c:1-arm-v7"), options.fromFor(ARM_V7));
        options = options(List.of("type=local,src=/c"), List.of("type=local,dest=/c"));
        assertEquals(List.of("type=local,src=/c/arm-v7"), options.fromFor(ARM_V7));
    }

    @Test
    void whatOthersMayHaveWrittenIsReadAsNamedToo() {
        assertEquals(
                List.of("type=registry,ref=r.example/c:1-arm-v7", "type=registry,ref=r.example/c:1"),
                options(List.of("r.example/c:1"), List.of("type=inline")).fromFor(ARM_V7));
    }

    @Test
    void digestHasNoPlaceOfAPlatform() {
        String pinned = "r.example/c@sha256:" + "0".repeat(64);
        assertEquals(
                List.of("type=registry,ref=" + pinned),
                options(List.of(pinned), List.of()).fromFor(ARM_V7));
        assertThrows(InvalidRequestException.class, () -> options(List.of(), List.of(pinned)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "type=", "type=registry", "type=registry,ref=A", "type=local,dest=\"a", "a,b", "type=s3,,b=c"
            })
    void malformedEntryIsRefused(String entry) {
        assertThrows(InvalidRequestException.class, () -> options(List.of(entry), List.of()));
        assertThrows(InvalidRequestException.class, () -> options(List.of(), List.of(entry)));
    }

    @ParameterizedTest
    @CsvSource({
        "true, r.example/app:buildcache",
        "r.example/c, r.example/c:buildcache",
        "r.example/c:app, r.example/c:app",
        "false,",
        ","
    })
    void sharedCacheIsInTheRepositoryOfTheImageOrElsewhere(String text, String place) {
        assertEquals(
                Optional.ofNullable(place),
                CacheOptions.place(text, List.of(ImageReference.parse("r.example/app:1")))
                        .map(ImageReference::toString));
    }

    @Test
    void placeThatCannotBeWrittenIsRefused() {
        String pinned = "r.example/c@sha256:" + "0".repeat(64);
        assertThrows(InvalidRequestException.class, () -> CacheOptions.place(pinned, List.of()));
        assertThrows(InvalidRequestException.class, () -> CacheOptions.place("true", List.of()));
        assertThrows(InvalidRequestException.class, () -> CacheOptions.place("a:" + "t".repeat(41), List.of()));
        assertThrows(InvalidRequestException.class, () -> CacheOptions.place("Not A Place", List.of()));
    }

    @Test
    void branchHasSharedCacheOfItsOwnAndReadsTheMainOne() {
        CacheOptions main =
                options(List.of(), List.of()).withShared(ImageReference.parse("r.example/a:buildcache"), true);
        String ref = "type=registry,ref=r.example/a:buildcache";
        assertEquals(List.of(ref + "-arm-v7"), main.fromFor(ARM_V7));
        assertTrue(main.toFor(ARM_V7).get(0).startsWith(ref + "-arm-v7,mode=max,"));
        CacheOptions branch = main.ofBranch("PR-12");
        assertEquals(List.of(ref + "-branch-PR-12-arm-v7", ref + "-arm-v7"), branch.fromFor(ARM_V7));
        assertTrue(branch.toFor(ARM_V7).get(0).startsWith(ref + "-branch-PR-12-arm-v7,mode=max,"));
        assertEquals(List.of(), branch.withoutWritingShared().toFor(ARM_V7));
        assertEquals(2, branch.withoutWritingShared().fromFor(ARM_V7).size());
    }

    @Test
    void cachesOfBranchesWithSimilarNamesAreDifferent() {
        CacheOptions main = options(List.of(), List.of()).withShared(ImageReference.parse("r.example/a:c"), true);
        String name = "b".repeat(200);
        assertNotEquals(
                main.ofBranch(name + "1").toFor(ARM_V7),
                main.ofBranch(name + "2").toFor(ARM_V7));
        assertNotEquals(main.ofBranch("a/b").toFor(ARM_V7), main.ofBranch("a-b").toFor(ARM_V7));
        assertNotEquals(main.ofBranch("主").toFor(ARM_V7), main.ofBranch("支").toFor(ARM_V7));
        Platform windows = Platform.parse("windows/amd64");
        assertNotEquals(main.toFor(windows), main.ofBranch("windows").toFor(Platform.parse("amd64")));
    }

    private static CacheOptions options(List<String> from, List<String> to) {
        return CacheOptions.parse(from, to, false, false);
    }
}
