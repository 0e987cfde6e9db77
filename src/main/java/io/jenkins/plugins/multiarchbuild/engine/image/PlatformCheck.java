package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out whether the programs of an image are for its platform. */
public final class PlatformCheck {

    private static final int MOST_INTERPRETERS = 5;

    /** The program in a shell command such as {@code exec ./app --port 80}. */
    private static final Pattern SHELL_COMMAND =
            Pattern.compile("\\s*(?:exec\\s+)?(?<program>[\\w./+-]+)(?:\\s.*)?", Pattern.DOTALL);

    private static final Set<String> ENV_OPTIONS_WITH_VALUE = Set.of("-u", "--unset", "-C", "--chdir");

    private final Platform platform;
    private final ImageFiles files;
    private final ImageConfig config;
    private final Predicate<String> allowed;

    private PlatformCheck(Platform platform, ImageFiles files, ImageConfig config, PathPatterns allowed) {
        this.platform = platform;
        this.files = files;
        this.config = config;
        this.allowed = allowed.matcher();
    }

    /**
     * Checks one platform's image.
     *
     * @param allowed the programs that may be for other platforms
     */
    @NonNull
    public static Verdict check(
            @NonNull Platform platform,
            @NonNull ImageFiles files,
            @NonNull ImageConfig config,
            @NonNull PathPatterns allowed) {
        return new PlatformCheck(platform, files, config, allowed).verdict();
    }

    private Verdict verdict() {
        Programs own = new Programs();
        Programs foreign = new Programs();
        Programs intended = new Programs();
        files.forEachProgram((path, program) -> {
            if (program.runsOn(platform)) {
                own.add(path, program);
            } else if (allowed.test(path)) {
                intended.add(path, program);
            } else {
                foreign.add(path, program);
            }
        });
        Set<String> started = new LinkedHashSet<>();
        String error = null;
        for (String command : commands()) {
            String found = check(command, started, 0);
            error = error == null ? found : error;
        }
        if (error == null && files.isComplete() && own.count == 0 && foreign.count > 0 && !foreign.tolerable) {
            error = "None of the image's " + foreign.count + " native programs is for " + platform + "; "
                    + foreign.example
                    + ". The base image, or what the Dockerfile copies, is for another platform: use a base image that has "
                    + platform + ", without a fixed --platform, and copy the files of the target's platform"
                    + " (ARG TARGETARCH in the Dockerfile). If this is intended, allow it with foreignPrograms.";
        }
        return new Verdict(
                own.count,
                new Verdict.Foreign(foreign.count, foreign.first),
                new Verdict.Foreign(intended.count, intended.first),
                List.copyOf(started),
                files.isComplete(),
                error);
    }

    /** Programs of one kind, while the files are gone through. */
    private final class Programs {

        private final List<String> first = new ArrayList<>();
        private int count;
        private String example;

        /** Whether one of them needs only a kernel that most machines have. */
        private boolean tolerable;

        void add(String path, NativeProgram program) {
            count++;
            tolerable |= program.needsOnlyWiderKernel(platform);
            if (first.isEmpty()) {
                example = path + " is " + program.title();
            }
            if (first.size() < Verdict.MOST_LISTED) {
                first.add(path + " (" + program.title() + ")");
            }
        }
    }

    /** What the image starts: the entrypoint and, since entrypoint scripts usually start it in turn, the command. */
    private Set<String> commands() {
        Set<String> commands = new LinkedHashSet<>();
        addCommands(commands, config.entrypoint());
        addCommands(commands, config.cmd());
        return commands;
    }

    private static void addCommands(Set<String> commands, List<String> words) {
        if (words.isEmpty()) {
            return;
        }
        commands.add(words.get(0));
        // an init process such as tini starts what follows
        int dashes = words.indexOf("--");
        if (dashes > 0 && dashes + 1 < words.size()) {
            commands.add(words.get(dashes + 1));
        }
        if (words.size() > 2 && words.get(1).equals("-c") && words.get(0).endsWith("sh")) {
            Matcher matcher = SHELL_COMMAND.matcher(words.get(2));
            if (matcher.matches()) {
                commands.add(matcher.group("program"));
            }
        }
    }

    /** Checks what a command starts, and what that needs in turn; returns an error or null. */
    @CheckForNull
    private String check(String command, Set<String> started, int depth) {
        String path = find(command);
        if (path == null || depth > MOST_INTERPRETERS || allowed.test(path)) {
            return null;
        }
        ImageFiles.Entry entry = files.get(path);
        if (entry instanceof ImageFiles.Program found) {
            return check(path, found.program(), started, depth);
        }
        if (entry instanceof ImageFiles.Script script) {
            String[] words = script.interpreter().split("\\s+");
            String error = check(words[0], started, depth + 1);
            if (error == null && words[0].endsWith("/env")) {
                for (int i = 1; i < words.length; i++) {
                    if (ENV_OPTIONS_WITH_VALUE.contains(words[i])) {
                        i++;
                    } else if (!words[i].startsWith("-") && words[i].indexOf('=') < 0) {
                        return explain(path, check(words[i], started, depth + 1));
                    }
                }
            }
            return explain(path, error);
        }
        return null;
    }

    @CheckForNull
    private static String explain(String script, @CheckForNull String error) {
        return error == null ? null : "The script " + script + ": " + error;
    }

    @CheckForNull
    private String check(String path, NativeProgram program, Set<String> started, int depth) {
        if (!program.runsOn(platform)) {
            return mismatch(path, program, depth == 0 ? "which the image starts" : "which runs it");
        }
        started.add(path + " is " + program.title());
        return program.loader() == null ? null : checkLoader(path, program.loader(), depth);
    }

    @CheckForNull
    private String checkLoader(String path, String named, int depth) {
        String loader = files.resolve(named);
        if (loader == null || allowed.test(named) || allowed.test(loader)) {
            return null;
        }
        ImageFiles.Entry entry = files.get(loader);
        if (entry instanceof ImageFiles.Program found && !found.program().runsOn(platform)) {
            return mismatch(loader, found.program(), "the dynamic loader of " + path);
        }
        if (entry == null && depth == 0 && files.isComplete()) {
            return path + ", which the image starts, cannot start: its dynamic loader " + named
                    + " is not in the image. Use a base image with the C library that the program was linked with, or link"
                    + " the program statically. If the loader gets there in another way, allow it with foreignPrograms.";
        }
        return null;
    }

    private String mismatch(String path, NativeProgram program, String role) {
        String origin = config.origin(path)
                .map(step ->
                        "It comes from '" + step + "': copy the file of the target's platform there (ARG TARGETARCH in"
                                + " the Dockerfile), or build it in a stage for the target's platform.")
                .orElse("If it comes from the base image, use one that has " + platform
                        + ", without a fixed --platform; if the Dockerfile copies or builds it, let it do so for the"
                        + " target's platform (ARG TARGETARCH in the Dockerfile).");
        return path + ", " + role + ", is " + program.title() + " and not "
                + NativeProgram.title(platform.architecture()) + ". " + origin
                + " If this is intended, allow it with foreignPrograms.";
    }

    /** The file that a command means, through {@code PATH} and symbolic links; null if it is not among those kept. */
    @CheckForNull
    private String find(String command) {
        if (command.indexOf('/') >= 0) {
            String absolute = command.startsWith("/") ? command : config.workingDirectory() + "/" + command;
            return existing(absolute);
        }
        for (String directory : config.path()) {
            String path = existing(directory + "/" + command);
            if (path != null) {
                return path;
            }
        }
        return null;
    }

    @CheckForNull
    private String existing(String path) {
        String resolved = files.resolve(path);
        return resolved == null || files.get(resolved) == null ? null : resolved;
    }
}
