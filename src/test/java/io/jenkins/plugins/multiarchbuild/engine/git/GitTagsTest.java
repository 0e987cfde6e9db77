package io.jenkins.plugins.multiarchbuild.engine.git;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of docs/publishing.md. */
class GitTagsTest {

    private static final String COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";

    @ParameterizedTest(name = "{0}, {1}, {2}, {3} gives {4}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // variables | branch | tags of the commit | tags of the repository | tags of the image
                "-                            | main        | - | - | main sha-1a2b3c4",
                "-                            | -           | - | - | sha-1a2b3c4",
                "-                            | Feature/X_1 | - | - | Feature-X_1 sha-1a2b3c4",
                "-                            | feature/Über/x | - | - | feature-ber-x sha-1a2b3c4",
                "-                            | .hidden     | - | - | hidden sha-1a2b3c4",
                "-                            | a//b@{c}    | - | - | a-b-c- sha-1a2b3c4",
                "BRANCH_NAME=release/1.x      | -           | - | - | release-1.x sha-1a2b3c4",
                "BRANCH_NAME=main             | other       | v1.2.3 | v1.2.3 | main sha-1a2b3c4",
                "BRANCH_NAME=                 | main        | - | - | main sha-1a2b3c4",
                "BRANCH_NAME=PR-12 CHANGE_ID=12 | feature   | - | - | pr-12 sha-1a2b3c4",
                "BRANCH_NAME=PR-12 CHANGE_ID=12 | -         | v1.2.3 | v1.2.3 | pr-12 sha-1a2b3c4",
                "TAG_NAME=v1.2.3 BRANCH_NAME=v1.2.3 | -     | v1.2.3 | v1.2.3 | 1.2.3 1.2 1 latest sha-1a2b3c4",
                "TAG_NAME=1.2.3               | -           | - | 1.2.3 | 1.2.3 1.2 1 latest sha-1a2b3c4",
                "TAG_NAME=v1.2.3              | -           | - | v1.2.3 v1.2.4 | 1.2.3 sha-1a2b3c4",
                "TAG_NAME=v1.2.3              | -           | - | v1.2.3 v1.3.0 | 1.2.3 1.2 sha-1a2b3c4",
                "TAG_NAME=v1.2.3              | -           | - | v1.2.3 v2.0.0 | 1.2.3 1.2 1 sha-1a2b3c4",
                "TAG_NAME=v1.2.3              | -           | - | v1.2.3 v2.0.0-rc.1 | 1.2.3 1.2 1 latest sha-1a2b3c4",
                "TAG_NAME=v1.2.3              | -           | - | v1.2.3 2.0 v3 nightly | 1.2.3 1.2 1 latest sha-1a2b3c4",
                "TAG_NAME=v1.10.0             | -           | - | v1.10.0 v1.9.0 | 1.10.0 1.10 1 latest sha-1a2b3c4",
                "TAG_NAME=v1.2.3              | -           | - | - | 1.2.3 sha-1a2b3c4",
                "TAG_NAME=v1.2.3-rc.1         | -           | - | v1.2.3-rc.1 | 1.2.3-rc.1 sha-1a2b3c4",
                "TAG_NAME=v1.2.3+5            | -           | - | v1.2.3+5 | 1.2.3-5 sha-1a2b3c4",
                "TAG_NAME=v0.4.1              | -           | - | v0.4.1 | 0.4.1 0.4 latest sha-1a2b3c4",
                "TAG_NAME=v0.4.1              | -           | - | v0.4.1 v1.0.0 | 0.4.1 0.4 sha-1a2b3c4",
                "TAG_NAME=v20261127.1.0       | -           | - | v20261127.1.0 | 20261127.1.0 20261127.1 20261127 latest sha-1a2b3c4",
                "TAG_NAME=v1.2                | -           | - | v1.2 | v1.2 sha-1a2b3c4",
                "TAG_NAME=01.2.3              | -           | - | - | 01.2.3 sha-1a2b3c4",
                "TAG_NAME=app/nightly         | -           | - | - | app-nightly sha-1a2b3c4",
                "-                            | -           | v1.2.3 | v1.2.3 | 1.2.3 1.2 1 latest sha-1a2b3c4",
                "-                            | main        | v1.2.3 nightly | v1.2.3 nightly | 1.2.3 1.2 1 latest main sha-1a2b3c4",
                "-                            | main        | v1.2.3-rc.1 v1.2.3 | v1.2.3 | 1.2.3 1.2 1 latest 1.2.3-rc.1 main sha-1a2b3c4"
            })
    void tagsAreThoseOfTheTable(String variables, String branch, String here, String all, String expected) {
        GitTags known = new GitTags(COMMIT, branch, List.copyOf(words(here)), all == null ? null : words(all));
        assertEquals(Set.copyOf(words(expected)), Set.copyOf(known.of(environment(variables))));
        assertEquals(
                words(expected).iterator().next(),
                known.of(environment(variables)).get(0),
                "the first");
    }

    @Test
    void mostSpecificTagIsFirst() {
        assertEquals(
                List.of("1.2.3", "1.2", "1", "latest", "sha-1a2b3c4"),
                new GitTags(COMMIT, null, List.of(), Set.of("v1.2.3")).of(Map.of("TAG_NAME", "v1.2.3")));
    }

    @Test
    void withoutCommitThereAreTheOtherTags() {
        assertEquals(List.of("main"), new GitTags(null, "main", List.of(), null).of(Map.of()));
        assertEquals(List.of("main"), new GitTags("HEAD; no", "main", List.of(), null).of(Map.of()));
        assertTrue(new GitTags(null, null, List.of(), null).of(Map.of()).isEmpty());
    }

    @Test
    void nameThatCannotBecomeTagIsAnError() {
        String longest = "a".repeat(128);
        assertEquals(List.of(longest), new GitTags(null, longest, List.of(), null).of(Map.of()));
        assertError("is too long for a tag, which has at most 128 characters.", "a".repeat(129));
        assertError("the branch '日本語' has no character that a tag may have.", "日本語");
    }

    private static void assertError(String message, String branch) {
        GitTags known = new GitTags(COMMIT, branch, List.of(), null);
        InvalidRequestException e = assertThrows(InvalidRequestException.class, () -> known.of(Map.of()));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().endsWith("Name the tags with baseTags."), e.getMessage());
    }

    private static Set<String> words(String text) {
        return text == null
                ? Set.of()
                : new LinkedHashSet<>(Arrays.asList(text.trim().split(" ")));
    }

    private static Map<String, String> environment(String variables) {
        Map<String, String> environment = new HashMap<>(Map.of("PATH", "/bin"));
        words(variables).forEach(each -> environment.put(each.split("=", 2)[0], each.split("=", 2)[1]));
        return environment;
    }
}
