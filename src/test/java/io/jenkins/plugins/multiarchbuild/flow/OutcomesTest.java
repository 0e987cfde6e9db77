package io.jenkins.plugins.multiarchbuild.flow;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hudson.AbortException;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildGroup;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomesTest {

    private final PlannedGroup one = group("linux/amd64", "1-0");
    private final PlannedGroup two = group("linux/arm64", "1-1");
    private final Outcomes outcomes = new Outcomes(List.of(one, two), null, false);

    @Test
    void groupsBuildTheSameRevision() throws Exception {
        outcomes.checkedOut(one, Map.of(Origin.GIT_COMMIT, "a"));
        outcomes.tagged(one);
        outcomes.read(one);
        outcomes.checkedOut(two, Map.of(Origin.GIT_COMMIT, "a"));
        assertDoesNotThrow(outcomes::checkRevisions);

        outcomes.checkedOut(two, Map.of(Origin.GIT_COMMIT, "b"));
        assertThrows(AbortException.class, outcomes::checkRevisions);
    }

    /** The agent that has given the tags or read the bake file may be lost, and the branch may move meanwhile. */
    @Test
    void tagsAndBakeFileAreOfTheRevisionThatIsBuilt() throws Exception {
        outcomes.checkedOut(one, Map.of(Origin.GIT_COMMIT, "a"));
        outcomes.read(one);
        outcomes.checkedOut(one, Map.of(Origin.GIT_COMMIT, "b"));
        outcomes.checkedOut(two, Map.of(Origin.GIT_COMMIT, "b"));
        assertThrows(AbortException.class, outcomes::checkRevisions);

        outcomes.read(one);
        assertDoesNotThrow(outcomes::checkRevisions);

        outcomes.tagged(two);
        outcomes.checkedOut(one, Map.of(Origin.GIT_COMMIT, "c"));
        outcomes.checkedOut(two, Map.of(Origin.GIT_COMMIT, "c"));
        outcomes.read(two);
        assertThrows(AbortException.class, outcomes::checkRevisions);
    }

    private static PlannedGroup group(String platform, String id) {
        return new PlannedGroup(new BuildGroup("label", List.of(Platform.parse(platform))), "by agents", id);
    }
}
