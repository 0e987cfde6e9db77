package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BuildGroupTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");

    private static final Platform ARM64 = Platform.parse("linux/arm64");

    private static final Platform ARM_V7 = Platform.parse("linux/arm/v7");

    @Test
    void platformsWithTheSameLabelShareAGroup() {
        Map<String, String> agents = new LinkedHashMap<>();
        agents.put("*", "x86");
        agents.put("arm64", "arm");
        List<BuildGroup> groups = BuildGroup.of(List.of(AMD64, ARM64, ARM_V7), new PlatformMap(agents)::get);
        assertEquals(
                List.of(new BuildGroup("x86", List.of(AMD64, ARM_V7)), new BuildGroup("arm", List.of(ARM64))), groups);
        assertEquals("linux/amd64, linux/arm/v7", groups.get(0).name());
    }
}
