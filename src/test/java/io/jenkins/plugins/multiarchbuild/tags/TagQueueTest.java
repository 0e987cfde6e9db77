package io.jenkins.plugins.multiarchbuild.tags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.build.BuildId;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TagQueueTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private final TagQueue queue = new TagQueue();
    private final List<String> called = new ArrayList<>();

    @AfterEach
    void forget() throws Exception {
        Files.deleteIfExists(jenkins.jenkins.getRootDir().toPath().resolve(TagQueue.class.getName() + ".xml"));
    }

    @Test
    void sameTagGoesToOneAfterTheOther() throws Exception {
        assertTrue(queue.tryToPublish(owner(1), Set.of("latest", "1")));
        assertFalse(queue.tryToPublish(owner(2), Set.of("latest", "2")));
        assertTrue(queue.tryToPublish(owner(9), Set.of("other")), "another tag does not wait");
        await(2, false, "latest", "2");
        await(3, false, "latest", "3");
        assertEquals(owner(1), queue.before(owner(2)));
        assertEquals(List.of(), called);
        queue.leave(owner(1));
        assertEquals(List.of("2"), called);
        queue.leave(owner(2));
        assertEquals(List.of("2", "3"), called);
        assertNull(queue.before(owner(3)));
    }

    @Test
    void nobodyOvertakesThoseWhoWait() throws Exception {
        assertTrue(queue.tryToPublish(owner(1), Set.of("a")));
        await(2, false, "a", "b");
        assertFalse(queue.tryToPublish(owner(3), Set.of("b")));
        await(3, true, "b");
        queue.leave(owner(1));
        queue.leave(owner(2));
        assertEquals(List.of("2", "3"), called);
    }

    /** Otherwise it would wait for an executor that the others hold. */
    @Test
    void whoHasAnExecutorOvertakesWhoAsksForOne() throws Exception {
        assertTrue(queue.tryToPublish(owner(1), Set.of("a")));
        await(2, false, "a");
        await(3, true, "a");
        queue.leave(owner(1));
        assertEquals(List.of("2", "3"), called, "one asks for an executor, the other publishes");
        assertFalse(queue.isPublishing(owner(2)));
        assertTrue(queue.isPublishing(owner(3)));
        await(2, true, "a");
        await(4, true, "a");
        queue.leave(owner(3));
        assertEquals(List.of("2", "3", "2"), called, "once it has an executor it is the next");
    }

    @Test
    void whoLeavesWithoutPublishingMakesWay() throws Exception {
        assertTrue(queue.tryToPublish(owner(1), Set.of("a")));
        await(2, false, "a");
        await(3, false, "a");
        queue.leave(owner(2));
        assertEquals(List.of(), called);
        queue.leave(owner(1));
        assertEquals(List.of("3"), called);
    }

    @Test
    void buildsThatAreOverAreForgotten() throws Exception {
        assertTrue(queue.tryToPublish(owner(1), Set.of("a")));
        await(2, true, "a");
        queue.leaveIfOver();
        assertFalse(queue.isPublishing(owner(1)));
        assertFalse(new TagQueue().isPublishing(owner(2)), "nothing is left in the file");
    }

    @Test
    void placesSurviveARestart() throws Exception {
        assertTrue(queue.tryToPublish(owner(1), Set.of("a")));
        await(2, true, "a");
        queue.onLocationChanged(null, "team", "house/team");
        TagQueue restarted = new TagQueue();
        assertTrue(restarted.isPublishing(owner(1)));
        assertFalse(restarted.isPublishing(owner(2)));
        assertEquals("house/team/job#1", restarted.before(owner(2)).run().toString());
    }

    private static TagOwner owner(int build) {
        return new TagOwner(new BuildId(String.valueOf(build), "team/job#" + build), "3");
    }

    private void await(int build, boolean onAgent, String... tags) throws IOException {
        queue.await(owner(build), Set.of(tags), onAgent, () -> called.add(String.valueOf(build)));
    }
}
