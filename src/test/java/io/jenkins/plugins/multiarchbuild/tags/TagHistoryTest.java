package io.jenkins.plugins.multiarchbuild.tags;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TagHistoryTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final ImageReference LATEST = ImageReference.parse("registry.example.com/app:latest");
    private static final ImageReference OTHER = ImageReference.parse("registry.example.com/app:other");

    @Test
    void laterBuildOfTheSameJobSupersedes() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        FreeStyleBuild first = jenkins.buildAndAssertSuccess(job);
        FreeStyleBuild second = jenkins.buildAndAssertSuccess(job);
        TagHistory.published(second, List.of(LATEST));
        assertEquals(Map.of(LATEST, "#2"), TagHistory.superseded(first, List.of(LATEST, OTHER)));
        assertEquals(Map.of(), TagHistory.superseded(second, List.of(LATEST)), "its own");
        FreeStyleBuild elsewhere = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        assertEquals(Map.of(), TagHistory.superseded(elsewhere, List.of(LATEST)));
        TagHistory.published(first, List.of(LATEST));
        assertEquals(Map.of(), TagHistory.superseded(first, List.of(LATEST)), "it was set back on purpose");
    }

    @Test
    void tagIsTheSameHoweverItIsWritten() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        FreeStyleBuild first = jenkins.buildAndAssertSuccess(job);
        FreeStyleBuild second = jenkins.buildAndAssertSuccess(job);
        ImageReference other = ImageReference.parse("REGISTRY.example.com:443/" + LATEST.path() + ":" + LATEST.tag());
        TagHistory.published(second, List.of(other));
        assertEquals(Map.of(LATEST, "#2"), TagHistory.superseded(first, List.of(LATEST)));
    }

    @Test
    void tagThatDidNotMoveIsAnEarlierBuildsAgain() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        FreeStyleBuild first = jenkins.buildAndAssertSuccess(job);
        FreeStyleBuild second = jenkins.buildAndAssertSuccess(job);
        FreeStyleBuild third = jenkins.buildAndAssertSuccess(job);
        TagHistory.published(second, List.of(LATEST));
        Map<ImageReference, Integer> earlier = TagHistory.published(third, List.of(LATEST, OTHER));
        assertEquals(Map.of(LATEST, 2, OTHER, 0), earlier);
        TagHistory.withdrawn(second, earlier);
        assertEquals(Map.of(LATEST, "#3", OTHER, "#3"), TagHistory.superseded(first, List.of(LATEST, OTHER)));
        TagHistory.withdrawn(third, earlier);
        assertEquals(Map.of(LATEST, "#2"), TagHistory.superseded(first, List.of(LATEST, OTHER)));
    }

    @Test
    void tagsThatWerePublishedLongAgoAreForgotten() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        FreeStyleBuild first = jenkins.buildAndAssertSuccess(job);
        FreeStyleBuild second = jenkins.buildAndAssertSuccess(job);
        FreeStyleBuild third = jenkins.buildAndAssertSuccess(job);
        TagHistory.published(second, List.of(OTHER, LATEST));
        TagHistory.published(third, tags(TagHistory.MOST_TAGS - 1));
        assertEquals(Map.of(LATEST, "#2"), TagHistory.superseded(first, List.of(OTHER, LATEST)));
    }

    @Test
    void allTagsOfOneBuildAreRemembered() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        FreeStyleBuild first = jenkins.buildAndAssertSuccess(job);
        FreeStyleBuild second = jenkins.buildAndAssertSuccess(job);
        List<ImageReference> tags = tags(TagHistory.MOST_TAGS + 1);
        TagHistory.published(first, List.of(OTHER));
        TagHistory.published(second, tags);
        assertEquals(tags.size(), TagHistory.superseded(first, tags).size());
    }

    @Test
    void numberThatIsReachedAgainIsNotThatOfTheBuildThatPublished() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.updateNextBuildNumber(500);
        TagHistory.published(jenkins.buildAndAssertSuccess(job), List.of(LATEST));
        job.getLastBuild().delete();
        job.updateNextBuildNumber(498);
        TagHistory.published(jenkins.buildAndAssertSuccess(job), List.of(OTHER));
        FreeStyleBuild before = jenkins.buildAndAssertSuccess(job);
        jenkins.buildAndAssertSuccess(job);
        assertEquals(Map.of(), TagHistory.superseded(before, List.of(LATEST)));
    }

    @Test
    void numbersThatWereSetBackStartAnew() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.updateNextBuildNumber(500);
        TagHistory.published(jenkins.buildAndAssertSuccess(job), List.of(LATEST));
        job.getLastBuild().delete();
        job.updateNextBuildNumber(1);
        assertEquals(Map.of(), TagHistory.superseded(jenkins.buildAndAssertSuccess(job), List.of(LATEST)));
    }

    private static List<ImageReference> tags(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> ImageReference.parse("registry.example.com/app:" + i))
                .toList();
    }
}
