package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.image.SmokeTest;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a command in images that were pushed. The builder runs it, as a step that is built for nothing but that: so it
 * needs no engine beside the builder, pulls nothing, emulates what the builder emulates, and its container is gone when
 * the command ends or the build is aborted.
 */
public final class SmokeTester {

    /**
     * What BuildKit says of a numeric user in an image without {@code /etc/passwd}. Container runtimes give it the group
     * 0.
     */
    private static final Pattern UNKNOWN_USER = Pattern.compile("unable to find user (?<user>\\d+): invalid argument");

    private static final Pattern STEP =
            Pattern.compile("#(?<step>\\d+) \\[(?:\\S+ )?" + ImageBakes.RUN_STAGE + " \\d+/\\d+\\] RUN .*");

    private static final Pattern OUTPUT = Pattern.compile("#(?<step>\\d+) \\d+\\.\\d+ ?(?<text>.*)");

    private static final Pattern EXIT_CODE =
            Pattern.compile("did not complete successfully: exit code: (?<code>\\d+)$");

    /** Written in place of the command's output, with exit code 1. */
    private static final Pattern NOT_STARTED = Pattern.compile("(?:runc|crun) run failed: (?<why>.*)");

    private static final Pattern NOT_COMPLETED = Pattern.compile(".* did not complete successfully: ");

    private SmokeTester() {}

    /** Runs bakes on the machine where the images were built. */
    @FunctionalInterface
    public interface Machine {

        /**
         * Bakes a definition, which reads nothing from the current directory.
         *
         * @param definition the text of the definition
         * @param image the image whose target is baked, named {@code key().name()}
         * @param limit how long it may take; then the bake is ended
         * @return what it printed
         */
        @NonNull
        Result bake(@NonNull String definition, @NonNull CheckedImage image, @NonNull Duration limit)
                throws IOException, InterruptedException, DockerException;
    }

    /**
     * The result of a bake.
     *
     * @param output what the command left
     * @param inTime whether it ended before it was ended
     */
    public record Result(@NonNull Docker.Output output, boolean inTime) {}

    /**
     * Tests an image, if there is a command for its platform.
     *
     * @param log receives what the command printed, line by line
     * @return whether there was a command, which it then passed
     * @throws DockerException if the command does not end with exit code 0 in time
     */
    public static boolean test(
            @NonNull Machine machine,
            @NonNull CheckedImage image,
            @NonNull SmokeTest test,
            @NonNull Consumer<Sentence> log)
            throws IOException, InterruptedException, DockerException {
        List<String> command = test.command(image.platform()).orElse(List.of());
        if (command.isEmpty()) {
            return false;
        }
        Result result = machine.bake(ImageBakes.run(image, command, test.network(), null), image, test.limit());
        Matcher user = UNKNOWN_USER.matcher(result.output.stderr());
        if (user.find()) {
            String numeric = user.group("user") + ":0";
            result = machine.bake(ImageBakes.run(image, command, test.network(), numeric), image, test.limit());
        }
        List<String> printed = printed(result.output.stderr());
        printed.forEach(line -> log.accept(Sentence.of("SmokeTester.output", image.key(), line)));
        if (!result.inTime) {
            throw new DockerException(
                    Sentence.of("SmokeTester.notInTime", image.platform(), SmokeTest.text(command), test.seconds()));
        }
        if (!result.output.succeeded()) {
            BuildErrors.checkBuilder(result.output.stderr());
            throw new DockerException(failure(image, command, printed, result.output.stderr()));
        }
        log.accept(Sentence.of("SmokeTester.passed", image.key(), SmokeTest.text(command)));
        return true;
    }

    private static Sentence failure(CheckedImage image, List<String> words, List<String> printed, String stderr) {
        String command = SmokeTest.text(words);
        String error = ErrorText.lastError(stderr);
        Matcher notStarted = NOT_STARTED.matcher(printed.isEmpty() ? "" : printed.get(printed.size() - 1));
        Matcher code = EXIT_CODE.matcher(error);
        if (!notStarted.matches() && code.find()) {
            return Sentence.of("SmokeTester.exitCode", image.platform(), command, code.group("code"));
        }
        String why = notStarted.matches()
                ? notStarted.group("why")
                : NOT_COMPLETED.matcher(error).replaceFirst("");
        return Sentence.of(
                "SmokeTester.notRun",
                image.platform(),
                command,
                Sentence.verbatim(why).ended());
    }

    /** Finds what the command printed in buildx's plain progress: {@code #7 0.123 text}. */
    @NonNull
    static List<String> printed(@NonNull String progress) {
        List<String> printed = new ArrayList<>();
        String step = "";
        for (String line : progress.lines().toList()) {
            Matcher start = STEP.matcher(line);
            Matcher output = OUTPUT.matcher(line);
            if (start.matches()) {
                step = start.group("step");
            } else if (output.matches() && output.group("step").equals(step)) {
                printed.add(OneLine.marked(output.group("text").replace('\t', ' ')));
            }
        }
        return printed;
    }
}
