package io.jenkins.plugins.multiarchbuild.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "amd64, linux/amd64",
        "x86_64, linux/amd64",
        "linux/x86_64, linux/amd64",
        "linux/amd64/v1, linux/amd64",
        "linux/amd64/v3, linux/amd64/v3",
        "arm64, linux/arm64",
        "aarch64, linux/arm64",
        "arm64v8, linux/arm64",
        "linux/arm64/v8, linux/arm64",
        "LINUX/ARM64, linux/arm64",
        "armhf, linux/arm/v7",
        "arm32v7, linux/arm/v7",
        "linux/arm, linux/arm/v7",
        "linux/arm/v6, linux/arm/v6",
        "i386, linux/386",
        "ppc64le, linux/ppc64le",
        "s390x, linux/s390x",
        "riscv64, linux/riscv64",
        "windows/amd64, windows/amd64",
        "' linux/arm64 ', linux/arm64"
    })
    void aliasesAreNormalised(String written, String normalised) {
        assertEquals(normalised, Platform.parse(written).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "linux", "linux/", "linux/vax", "plan9/amd64", "linux/arm64/v8/x", "linux/arm/7", "a,b", "/"
            })
    void unknownPlatformIsRefused(String written) {
        var error = assertThrows(InvalidRequestException.class, () -> Platform.parse(written));
        assertTrue(
                error.getMessage().startsWith("Unknown platform '" + written + "'. Write it as"), error.getMessage());
    }

    @Test
    void samePlatformUnderTwoNamesIsRefused() {
        var error = assertThrows(
                InvalidRequestException.class, () -> Platform.parseAll(List.of("amd64", "aarch64", "linux/arm64/v8")));
        assertEquals(
                "The platform linux/arm64 is named twice, as 'aarch64' and as 'linux/arm64/v8'. Name it once.",
                error.getMessage());
    }

    @Test
    void noPlatformIsRefused() {
        assertThrows(InvalidRequestException.class, () -> Platform.parseAll(List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, amd64, x86_64, linux_amd64",
        "linux/arm64, arm64, aarch64, linux_arm64",
        "linux/arm/v7, arm-v7, armv7l, linux_arm_v7",
        "linux/386, 386, i686, linux_386",
        "linux/s390x, s390x, s390x, linux_s390x",
        "windows/amd64, windows-amd64, x86_64, windows_amd64"
    })
    void namesForTagsUnameAndTargets(String platform, String suffix, String uname, String target) {
        Platform parsed = Platform.parse(platform);
        assertEquals(suffix, parsed.tagSuffix());
        assertEquals(uname, parsed.uname());
        assertEquals(target, parsed.targetName());
    }

    @ParameterizedTest
    @CsvSource({
        "amd64, amd64, true",
        "amd64, 386, true",
        "386, amd64, false",
        "amd64, arm64, false",
        "arm64, arm/v6, true",
        "arm/v7, arm/v6, true",
        "arm/v6, arm/v7, false",
        "arm/v7, arm64, false",
        "amd64, amd64/v2, false",
        "amd64/v3, amd64, true",
        "arm64, arm64/v9, false",
        "linux/amd64, windows/amd64, false"
    })
    void imagesOfRelatedPlatforms(String platform, String image, boolean taken) {
        assertEquals(taken, Platform.parse(platform).runs(Platform.parse(image)));
    }
}
