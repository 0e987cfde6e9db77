package io.jenkins.plugins.multiarchbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Build arguments and labels reach the image byte for byte, whatever some shell, template or parser might make of them. */
class HostileValuesTest {

    private static final List<String> VALUES = List.of(
            "plain",
            "",
            "two words",
            "  blanks around  ",
            "\ttab\t",
            "it's \"quoted\"",
            "\"quoted\"",
            "'quoted'",
            "\"half",
            "a=b=\"c=d\"",
            "$HOME ${HOME} $$ $1 %PATH%",
            "${x} $${x} $$${x} ${",
            "%{x} %%{x} %%%{x} %{",
            "${upper(\"x\")}%{ if true }y%{ endif }",
            "`id` $(id) ; & | > /dev/null # !",
            "back\\slash \\n \\",
            "two\nlines\n",
            "carriage\r\nreturn",
            "a,b;c|d",
            "{\"json\": [1, \"two\"]} </label>",
            "@file --option *",
            // An e with an acute accent as two characters would come back as one: bake, see BakeDefinition.
            "äöü é λ 漢字 \uD83D\uDE80 \u202E \u00A0");

    private final String repository = Cli.newRepository();

    @TempDir
    private Path directory;

    @Test
    void comeBackByteForByte() throws Exception {
        Rig.assumeUp();
        Path context = Files.createDirectory(directory.resolve("ä 漢字"));
        Map<String, String> expected = new LinkedHashMap<>();
        StringBuilder dockerfile = new StringBuilder("FROM scratch\nCOPY Dockerfile /\n");
        List<String> command = new ArrayList<>(List.of("--platforms", Cli.PLATFORMS));
        command.addAll(List.of("--base-tags", Cli.tag(repository, "1.0"), "--json", context.toString()));
        for (int i = 0; i < VALUES.size(); i++) {
            dockerfile
                    .append("ARG A")
                    .append(i)
                    .append("\nLABEL copy")
                    .append(i)
                    .append("=\"$A")
                    .append(i)
                    .append("\"\n");
            command.addAll(List.of("--build-arg", "A" + i + "=" + VALUES.get(i)));
            command.addAll(List.of("--label", "label" + i + "=" + VALUES.get(i)));
            expected.put("copy" + i, VALUES.get(i));
            expected.put("label" + i, VALUES.get(i));
        }
        Files.writeString(context.resolve("Dockerfile"), dockerfile);

        JsonNode result = Cli.run(command.toArray(String[]::new)).json();

        for (JsonNode image : result.path("platforms")) {
            Map<String, String> labels = labels(image.path("digest").asText());
            expected.forEach((name, value) -> assertEquals(value, labels.get(name), name));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--label a=é",
                "--archive ü.tar",
                "--bake bäke.hcl --bake-target app",
                "--smoke-test-timeout ü",
                "--add-host ü",
                "--über",
                "--tags-from git --repositories a/b ü",
                "ü"
            })
    void charactersThatTheLocaleDoesNotHaveAreRefused(String arguments) throws Exception {
        Cli.Outcome outcome = Cli.runWith(
                Map.of("LC_ALL", "POSIX"), ("--platforms amd64 --no-push " + arguments).split(" "));

        assertEquals(
                "ERROR: An argument has characters that this locale lacks (ANSI_X3.4-1968). Set LC_ALL=C.UTF-8 for UTF-8.",
                outcome.error(2));
    }

    @Test
    void pathOfBakeFileThatTheLocaleDoesNotHaveIsRefused() throws Exception {
        Rig.assumeUp();
        Path file = Files.writeString(directory.resolve("bake.hcl"), "target \"default\" { context = \"ü\" }\n");

        Cli.Outcome outcome = Cli.runWith(
                Map.of("LC_ALL", "POSIX"), "--platforms", "amd64", "--no-push", "--bake", file.toString());

        assertTrue(outcome.error(2).contains("' has characters that this locale lacks"), outcome.stderr());
    }

    private Map<String, String> labels(String digest) throws Exception {
        JsonNode manifest = Cli.JSON.readTree(Rig.manifest(repository, digest).orElseThrow());
        if (manifest.has("manifests")) {
            return labels(manifest.path("manifests").path(0).path("digest").asText());
        }
        JsonNode config = Cli.JSON.readTree(
                Rig.blob(repository, manifest.path("config").path("digest").asText()));
        Map<String, String> labels = new LinkedHashMap<>();
        config.path("config")
                .path("Labels")
                .fields()
                .forEachRemaining(
                        label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }
}
