package io.jenkins.plugins.multiarchbuild.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
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

    private static CacheOptions options(List<String> from, List<String> to) {
        return CacheOptions.parse(from, to, false, false);
    }
}
