package io.jenkins.plugins.multiarchbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Sentences about the parameters of the step become sentences about options, and what is quoted in them stays. */
class OptionNamesTest {

    @Test
    void nestedSentenceNamesOptionsAndKeepsWhatOtherProgramsWrote() {
        Sentence quoted = Sentence.of("VerifyImages.failed", "gradle smokeTest $1 baseTags: ['a'] failed.");

        assertEquals(
                "The build failed. The images cannot be verified: gradle smokeTest $1 baseTags: ['a'] failed. --no-verify"
                        + " builds without this check.",
                text(new DockerException(quoted.after("The build failed. "))));
    }

    @Test
    void listIsWrittenAsTheOptionTakesIt() {
        assertEquals(
                "it asks for network.host, which this call does not allow. Allow it with --entitlement network.host, or"
                        + " remove it from the file.",
                text(new InvalidRequestException(
                        Sentence.of("BakeOverlay.entitlements", "network.host", "network.host"))));
    }

    @Test
    void optionThatWasGivenIsNamed() {
        InvalidRequestException wrong = new InvalidRequestException(Sentence.of("SmokeTest.noCommand"));

        assertEquals(
                "--smoke-test-for: there is no command. Name a program and its arguments, for example ['java', '-version'].",
                text(wrong, "--smoke-test-for", "arm64="));
        assertEquals(
                "--smoke-test: there is no command. Name a program and its arguments, for example ['java', '-version'].",
                text(wrong));
    }

    @Test
    void groupOfTargetsIsNamedWithTheirTags() {
        assertEquals(
                "--bake: f: g is a group of several targets, a, b. Each of them is an image with tags of its own: name them"
                        + " instead of the group, in --base-tags-for or with --bake-target.",
                text(new InvalidRequestException(Sentence.of("PrintedFile.group", "f", "g", "a, b"))));
    }

    private static String text(Exception failure, String... arguments) {
        CommandLine line = new CommandLine(new Main());
        String[] all = new String[arguments.length + 2];
        all[0] = "--platforms";
        all[1] = "amd64";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return new OptionNames(line.parseArgs(all)).text(failure);
    }
}
