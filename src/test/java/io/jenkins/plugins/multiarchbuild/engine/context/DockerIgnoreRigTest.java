package io.jenkins.plugins.multiarchbuild.engine.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares what random rules leave in a context with what BuildKit copies from it. */
@NeedsRig
class DockerIgnoreRigTest {

    private static final int RULE_FILES = 500;

    /** More targets at once are too much for BuildKit. */
    private static final int BATCH = 50;

    private static final List<String> FILES = List.of(
            "a.txt",
            "b.md",
            "ab",
            "!a.txt",
            "^x",
            "dir/a.txt",
            "dir/b.md",
            "dir/sub/a.txt",
            "dir/sub/ab",
            "dir/sub/deep/c",
            "other/a.txt",
            "other/dir/a.txt",
            "é/ö.txt",
            "with space/a b");

    private static final String[] WORDS = {
        "a.txt", "b.md", "ab", "dir", "sub", "deep", "other", "c", "*", "**", "*.txt", "?b", "a*", "[ab]*", "[^a]*",
                "a**",
        "**b", "dir*", "..", ".", "", "d[h-j]r", "é", "with space", " ", "\\*", "[a-c].*", "\\a", "^x", "^*", "***",
                "!a.txt"
    };

    @TempDir
    Path directory;

    @Test
    void nothingThatBuildKitCopiesIsLeftOut() throws Exception {
        Random random = new Random(42);
        List<String> ruleFiles = new ArrayList<>(List.of("*/\n!dir/a.txt\ndir/\n", "\ufeffdir\n", "a\r\n\r\n!a\r\n"));
        while (ruleFiles.size() < RULE_FILES) {
            String rules = rules(random);
            // an exception of nothing makes a build fail
            if (rules.lines().map(DockerIgnoreRule::normalise).noneMatch("!"::equals)) {
                ruleFiles.add(rules);
            }
        }
        for (int first = 0; first < RULE_FILES; first += BATCH) {
            copy(ruleFiles, first);
        }
        List<String> leftOut = new ArrayList<>();
        int kept = 0;
        int copied = 0;
        for (int i = 0; i < ruleFiles.size(); i++) {
            DockerIgnore rules = DockerIgnore.parse(ruleFiles.get(i));
            for (String file : files(directory.resolve("copied-" + i))) {
                copied++;
                if (rules.excludes(file)) {
                    leftOut.add(file + " by " + ruleFiles.get(i).lines().toList());
                }
            }
            kept += FILES.stream().filter(file -> !rules.excludes(file)).count();
        }
        assertEquals(List.of(), leftOut);
        assertTrue(copied > RULE_FILES, "copied " + copied);
        assertTrue(kept < copied * 1.05, "kept " + kept + ", copied " + copied);
    }

    private static String rules(Random random) {
        StringBuilder rules = new StringBuilder();
        for (int lines = 1 + random.nextInt(5); lines > 0; lines--) {
            rules.append(random.nextInt(3) == 0 ? "!" : "").append(random.nextInt(5) == 0 ? "/" : "");
            for (int words = 1 + random.nextInt(3); words > 0; words--) {
                rules.append(WORDS[random.nextInt(WORDS.length)])
                        .append(words > 1 || random.nextInt(4) == 0 ? "/" : "");
            }
            rules.append('\n');
        }
        return rules.toString();
    }

    private void copy(List<String> ruleFiles, int first) throws IOException, InterruptedException {
        StringBuilder dockerfile = new StringBuilder("FROM scratch\n");
        ObjectNode target = new ObjectMapper().createObjectNode();
        for (int i = first; i < first + BATCH; i++) {
            Path context = directory.resolve("context-" + i);
            for (String file : FILES) {
                Files.createDirectories(context.resolve(file).getParent());
                Files.writeString(context.resolve(file), "");
            }
            Files.writeString(context.resolve(DockerIgnore.FILE_NAME), ruleFiles.get(i));
            target.withObject("/contexts").put("c" + i, context.toString());
            dockerfile.append("COPY --from=c" + i + " . /copied-" + i + "/\n");
        }
        target.put("dockerfile-inline", dockerfile.toString());
        target.putArray("output").add("type=local,dest=" + directory);
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.withObject("/target").set("default", target);
        Path definition = Files.writeString(directory.resolve("plan.json"), root.toString());
        Docker.Output output = new RigDocker()
                .run(List.of(
                        "buildx",
                        "--builder",
                        Rig.REMOTE_BUILDER,
                        "bake",
                        "--file",
                        definition.toString(),
                        "--provenance=false",
                        "--progress",
                        "plain"));
        assertTrue(output.succeeded(), output.stderr());
    }

    private static Set<String> files(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .filter(file -> !file.equals(DockerIgnore.FILE_NAME))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
