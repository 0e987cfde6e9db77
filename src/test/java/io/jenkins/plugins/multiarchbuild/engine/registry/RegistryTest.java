package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Recorded;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryTest {

    private static final ImageReference TAG = ImageReference.parseTag("[::1]:5000/a/b/c:1");

    private final Deque<Docker.Output> answers = new ArrayDeque<>();
    private final List<List<String>> commands = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final Registry registry = new Registry(
            command -> {
                commands.add(command);
                return answers.size() > 1 ? answers.remove() : answers.peek();
            },
            delay -> pauses.add(delay.toSeconds()),
            line -> log.add(line.toString()));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unexpected status from HEAD request to https://r/v2/: 429",
                "unexpected status from GET request to https://r/v2/: 503 Service Unavailable",
                "failed to do request: Head \"https://r/v2/\": read tcp 1.2.3.4:1->1.2.3.4:2: read: connection reset by peer",
                "failed to do request: Get \"https://r/v2/\": EOF"
            })
    void delayGrowsAndTriesAreBounded(String error) {
        answers.add(failed(error));
        assertThrows(DockerException.class, () -> registry.find(TAG));
        assertEquals(List.of(1L, 2L, 4L, 8L), pauses);
        assertEquals(Registry.TRIES, commands.size());
        assertEquals("Trying again in 1 s: " + error, log.get(0));
    }

    @Test
    void missingTagIsFoundToBeMissingAtOnce() throws Exception {
        answers.add(failed(TAG + ": not found"));
        assertTrue(registry.find(TAG).isEmpty());
        assertEquals(1, commands.size());
    }

    @Test
    void missingImageIsWaitedFor() throws Exception {
        answers.add(failed(TAG + ": not found"));
        answers.add(succeeded(Recorded.read("0.29.1", "index.json")));
        assertEquals(2, registry.read(TAG).children().size());
        assertEquals(List.of(1L), pauses);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unexpected status from HEAD request to https://r/v2/: 401 Unauthorized",
                "unexpected status from PUT request to https://r/v2/: 403 Forbidden",
                "insufficient_scope: authorization failed"
            })
    void refusalIsFinal(String error) {
        answers.add(failed(error));
        var refused = assertThrows(DockerException.class, () -> registry.create(List.of("x"), List.of(TAG), Map.of()));
        assertEquals(1, commands.size());
        assertTrue(refused.getMessage().contains("refused"), refused.getMessage());
    }

    @Test
    void manifestRefusedWhileItIsCopiedIsTriedTwiceMore() {
        answers.add(
                failed("failed commit: unexpected status from PUT request to https://r/v2/a/manifests/sha256:1: 400"));
        assertThrows(DockerException.class, () -> registry.copy(List.of(TAG), List.of(TAG), Map.of()));
        assertEquals(3, commands.size());
    }

    @Test
    void oldBuildxTagsAnIndexAroundTheImage() throws Exception {
        answers.add(failed("unknown flag: --prefer-index\nSee 'docker buildx imagetools create --help'."));
        answers.add(succeeded(""));
        registry.tag(TAG, List.of(TAG));
        assertTrue(commands.get(0).contains("--prefer-index=false"));
        assertTrue(!commands.get(1).contains("--prefer-index=false"));
    }

    @Test
    void annotationsAreThoseOfTheIndex() throws Exception {
        answers.add(succeeded(""));
        registry.create(List.of("source"), List.of(TAG), Map.of("k", "a=b"));
        assertEquals(
                List.of(
                        "buildx",
                        "imagetools",
                        "create",
                        "--progress",
                        "plain",
                        "--annotation",
                        "index:k=a=b",
                        "--tag",
                        TAG.toString(),
                        "source"),
                commands.get(0));
    }

    @Test
    void sameDigestsArePutTogetherOnce() throws Exception {
        answers.add(succeeded("{}"));
        List<ImageReference> images = List.of(TAG.at(Digest.of("one")), TAG.at(Digest.of("other")));
        registry.combine(images, TAG, Map.of());
        registry.combine(images, TAG, Map.of());
        assertEquals(1, commands.size());
        registry.combine(images, TAG, Map.of("k", "v"));
        registry.combine(images.subList(0, 1), TAG, Map.of());
        assertEquals(3, commands.size(), commands.toString());
    }

    @Test
    void tagsArePutTogetherAnewSinceTheyMove() throws Exception {
        answers.add(succeeded("{}"));
        registry.combine(List.of(TAG), TAG, Map.of());
        registry.combine(List.of(TAG), TAG, Map.of());
        assertEquals(2, commands.size());
    }

    private static Docker.Output failed(String error) {
        return new Docker.Output(1, "", "ERROR: " + error + "\n");
    }

    private static Docker.Output succeeded(String stdout) {
        return new Docker.Output(0, stdout, "");
    }
}
