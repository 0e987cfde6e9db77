package io.jenkins.plugins.multiarchbuild.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Requests;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageChecks;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.SmokeTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SavedPlanTest {

    static Stream<BuildPlan> plans() {
        BuildCall call = new BuildCall(
                Requests.simple("r.example/team/app:1"),
                new CredentialsIds(Map.of("r.example", "push"), Map.of("token", "npm"), Map.of()),
                PlatformMap.ofAll("docker"),
                PlatformMap.EMPTY,
                new ImageChecks(
                        null, PathPatterns.NONE, new SmokeTest(Map.of("linux/amd64", List.of("true")), "none", 60)),
                null,
                2,
                true,
                true,
                false,
                false,
                List.of(),
                null,
                null,
                false,
                null,
                null);
        List<PlannedGroup> groups =
                BuildGroup.of(call.request().platforms(), platform -> Optional.of("docker")).stream()
                        .map(group -> new PlannedGroup(group, "agents says so", "7-0"))
                        .toList();
        BuildPlan plan = new BuildPlan(call, groups, SourceFrom.SCM, "7", null);
        return Stream.of(plan, plan.with(BakeTargets.of(call.request())));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void planIsTheSameWhenItIsReadAgain(BuildPlan plan) throws Exception {
        assertEquals(plan, read(write(plan)));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void planIsSerializedOnce(BuildPlan plan) throws Exception {
        SavedPlan saved = SavedPlan.of(plan);

        assertSame(saved, SavedPlan.of(plan));
        assertSame(saved, SavedPlan.of((BuildPlan) read(write(plan))));
    }

    private static byte[] write(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    private static Object read(byte[] bytes) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return in.readObject();
        }
    }
}
