package io.jenkins.plugins.multiarchbuild.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageConfig;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an agent answers about its images. */
class ImageReaderTest {

    private static final ImageKey AMD64 = ImageKey.of(Platform.parse("amd64"));
    private static final ImageKey ARM64 = ImageKey.of(Platform.parse("arm64"));
    private static final ImageKey S390X = ImageKey.of(Platform.parse("s390x"));
    private static final Verdict.Foreign NONE = new Verdict.Foreign(0, List.of());
    private static final Verdict FINE = new Verdict(1, NONE, NONE, List.of(), null, true, null);

    private static final List<Reading> ASKED = List.of(reading(AMD64), reading(ARM64));

    private static Reading reading(ImageKey key) {
        return Reading.whole(
                key, new ImageConfig(List.of(), List.of(), List.of(), "/", List.of(), List.of()), List.of());
    }

    @Test
    void verdictOnEachPlatform() throws Exception {
        Verdict other = new Verdict(2, NONE, NONE, List.of(), null, true, Sentence.verbatim("An error."));
        Map<ImageKey, Verdict> verdicts = ImageReader.checked(Map.of(ARM64, other, AMD64, FINE), ASKED);
        assertEquals(FINE, verdicts.get(AMD64));
        assertEquals(other, verdicts.get(ARM64));
    }

    static List<Object> wrongAnswers() {
        Map<ImageKey, Verdict> withoutVerdict = new LinkedHashMap<>();
        withoutVerdict.put(AMD64, FINE);
        withoutVerdict.put(ARM64, null);
        return Arrays.asList(
                Map.of(),
                Map.of(AMD64, FINE),
                Map.of(AMD64, FINE, S390X, FINE),
                Map.of(AMD64, FINE, ARM64, FINE, S390X, FINE),
                Map.of(AMD64, FINE, ARM64, "verified"),
                Map.of("linux/amd64", FINE, "linux/arm64", FINE),
                withoutVerdict,
                List.of(FINE, FINE));
    }

    @ParameterizedTest
    @MethodSource("wrongAnswers")
    void otherAnswerIsAnError(Object answer) {
        assertRefused(answer);
    }

    @Test
    void noAnswerIsAnError() {
        assertRefused(null);
    }

    private static void assertRefused(Object answer) {
        DockerException error = assertThrows(DockerException.class, () -> ImageReader.checked(answer, ASKED));
        assertTrue(error.getMessage().startsWith("The images cannot be verified: the agent was asked about ["));
        assertTrue(error.getMessage()
                .endsWith("answered about something else. Build again on another agent, and"
                        + " install this one anew."));
    }
}
