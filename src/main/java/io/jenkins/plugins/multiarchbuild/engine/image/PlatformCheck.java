package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds out whether the programs of an image are for its platform. */
public final class PlatformCheck {

    /** How many scripts may start each other. */
    private static final int MOST_SCRIPTS = 5;

    /** The most words of a command that are looked at. */
    private static final int MOST_WORDS = 1000;

    /** A path in a shell's text that stands for itself. */
    private static final Pattern PLAIN_PATH = Pattern.compile("/[\\w./+@-]+");

    private static final Set<String> ENV_OPTIONS_WITH_VALUE = Set.of("-u", "--unset", "-C", "--chdir");

    private final Platform platform;
    private final ImageFiles files;
    private final ImageConfig config;
    private final Predicate<String> allowed;

    private final Set<String> started = new LinkedHashSet<>();
    private String missing;

    /** What was found of each script, since scripts can name each other any number of times. */
    private final Map<String, Found> scripts = new HashMap<>();

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
        Sentence error = start().error;
        if (error == null && files.isComplete() && own.count == 0 && foreign.count > 0 && !foreign.tolerable) {
            error = Sentence.of("PlatformCheck.none", foreign.count, platform, foreign.example);
        }
        return new Verdict(
                own.count,
                new Verdict.Foreign(foreign.count, foreign.first),
                new Verdict.Foreign(intended.count, intended.first),
                List.copyOf(started),
                missing,
                files.isComplete(),
                error);
    }

    /** Programs of one kind, while the files are gone through. */
    private final class Programs {

        private final List<String> first = new ArrayList<>();
        private int count;
        private Sentence example;

        /** Whether one of them needs only a kernel that most machines have. */
        private boolean tolerable;

        void add(String path, NativeProgram program) {
            count++;
            tolerable |= program.needsOnlyWiderKernel(platform);
            if (first.isEmpty()) {
                example = Sentence.of("PlatformCheck.is", path, program.title());
            }
            if (first.size() < Verdict.MOST_LISTED) {
                first.add(path + " (" + program.title() + ")");
            }
        }
    }

    /** How a program gets to be looked at. */
    private enum Role {
        STARTED("PlatformCheck.started"),
        INTERPRETER("PlatformCheck.interpreter"),
        /** It may be a mere argument. */
        NAMED("PlatformCheck.named"),
        /** It may be started under some condition only. */
        IN_SCRIPT("PlatformCheck.inScript");

        private final String code;

        Role(String code) {
            this.code = code;
        }

        boolean isCertain() {
            return this == STARTED || this == INTERPRETER;
        }
    }

    /** Whether something is for the platform, and why it is not, or null. Both can be false for what has no platform. */
    private record Found(boolean fits, @CheckForNull Sentence error) {

        static final Found NOTHING = new Found(false, null);

        Found and(Found other) {
            return new Found(fits || other.fits, error == null ? other.error : error);
        }

        /** What is found if one of these is for the platform, or none has to be. */
        static Found oneOf(List<Found> alternatives) {
            return alternatives.stream()
                    .filter(each -> each.fits && each.error == null)
                    .findFirst()
                    .orElse(alternatives.stream().reduce(NOTHING, Found::and));
        }
    }

    /** Checks the entrypoint and, since entrypoint scripts usually start it in turn, the command. */
    private Found start() {
        List<String> words = Stream.concat(config.entrypoint().stream(), config.cmd().stream())
                .limit(MOST_WORDS)
                .toList();
        if (words.isEmpty()) {
            return Found.NOTHING;
        }
        // an init process such as tini starts what follows
        Set<Integer> programs = Set.copyOf(List.of(0, config.entrypoint().size(), words.indexOf("--") + 1));
        Found found = Found.NOTHING;
        for (int i = 0; i < words.size(); i++) {
            found = found.and(check(words.get(i), programs.contains(i) ? Role.STARTED : Role.NAMED, 0));
        }
        if (find(words.get(0)) == null) {
            addMissing(words.get(0));
        }
        return found.and(checkText(words, Role.STARTED, 0));
    }

    private void addMissing(String program) {
        if (missing == null && files.hasAllExecutables() && !allowed.test(program)) {
            missing = program;
        }
    }

    /** Checks what a shell gets as text, if there is one among the words of a command. */
    private Found checkText(List<String> words, Role role, int depth) {
        String text = ShellCommands.text(words);
        if (text == null || depth > MOST_SCRIPTS) {
            return Found.NOTHING;
        }
        boolean choice = ShellCommands.choose(text);
        Role each = choice && role == Role.STARTED ? Role.NAMED : role;
        List<ShellCommands.Command> commands = ShellCommands.of(text);
        List<Found> found = commands.stream()
                .limit(MOST_WORDS)
                .map(command -> check(command, commands.size() == 1, each, depth + 1))
                .toList();
        return choice ? Found.oneOf(found) : found.stream().reduce(Found.NOTHING, Found::and);
    }

    private Found check(ShellCommands.Command command, boolean alone, Role role, int depth) {
        List<String> words = command.words();
        String program = words.get(0);
        Found found = check(program, role, depth);
        if (role == Role.STARTED && PLAIN_PATH.matcher(program).matches() && find(program) == null) {
            addMissing(program);
        }
        if (alone || command.last()) {
            for (String word : words.subList(1, words.size())) {
                found = found.and(check(word, role == Role.STARTED ? Role.NAMED : role, depth));
            }
        }
        return found.and(checkText(words, role, depth));
    }

    /** Checks what a word of a command starts, and what that needs in turn. */
    private Found check(String word, Role role, int depth) {
        String path = find(word);
        if (path == null && role != Role.INTERPRETER) {
            path = localScript(word);
        }
        if (path == null || depth > MOST_SCRIPTS || allowed.test(path)) {
            return Found.NOTHING;
        }
        ImageFiles.Entry entry = files.get(path);
        if (entry instanceof ImageFiles.Program found) {
            return check(path, found.program(), role);
        }
        if (!(entry instanceof ImageFiles.Script script)) {
            return Found.NOTHING;
        }
        String key = role + path;
        Found known = scripts.putIfAbsent(key, Found.NOTHING);
        if (known != null) {
            return known;
        }
        Found found = check(script, role.isCertain() ? Role.INTERPRETER : Role.IN_SCRIPT, depth + 1);
        if (found.error != null) {
            found = new Found(found.fits, Sentence.of("PlatformCheck.script", path, found.error));
        }
        scripts.put(key, found);
        return found;
    }

    private Found check(ImageFiles.Script script, Role interpreter, int depth) {
        String[] words = script.interpreter().split("\\s+");
        Found found = check(words[0], interpreter, depth);
        if (words[0].endsWith("/env")) {
            for (int i = 1; i < words.length; i++) {
                if (ENV_OPTIONS_WITH_VALUE.contains(words[i])) {
                    i++;
                } else if (!words[i].startsWith("-") && words[i].indexOf('=') < 0) {
                    found = found.and(check(words[i], interpreter, depth));
                    break;
                }
            }
        }
        List<Found> commands = script.commands().stream()
                .flatMap(text -> ShellCommands.of("exec " + text).stream())
                .map(command -> check(command, true, Role.IN_SCRIPT, depth))
                .toList();
        return found.and(Found.oneOf(commands));
    }

    private Found check(String path, NativeProgram program, Role role) {
        if (!role.isCertain() && !program.os().equals(platform.os())) {
            // something like wine has to run it
            return Found.NOTHING;
        }
        if (!program.runsOn(platform)) {
            return new Found(false, mismatch(path, program, Sentence.of(role.code)));
        }
        if (!role.isCertain()) {
            return new Found(true, null);
        }
        started.add(path + " is " + program.title());
        return new Found(true, program.loader() == null ? null : checkLoader(path, program.loader(), role));
    }

    @CheckForNull
    private Sentence checkLoader(String path, String named, Role role) {
        String loader = files.resolve(named);
        if (loader == null || allowed.test(named) || allowed.test(loader)) {
            return null;
        }
        ImageFiles.Entry entry = files.get(loader);
        if (entry instanceof ImageFiles.Program found && !found.program().runsOn(platform)) {
            return mismatch(loader, found.program(), Sentence.of("PlatformCheck.loader", path));
        }
        if (entry == null && role == Role.STARTED && files.isComplete()) {
            return Sentence.of("PlatformCheck.noLoader", path, named);
        }
        return null;
    }

    private Sentence mismatch(String path, NativeProgram program, Sentence role) {
        Sentence origin = config.origin(path)
                .map(step -> Sentence.of("PlatformCheck.copied", step))
                .orElseGet(() -> Sentence.of("PlatformCheck.fromBase", platform));
        return Sentence.of(
                "PlatformCheck.mismatch",
                path,
                role,
                program.title(),
                NativeProgram.title(platform.architecture()),
                origin);
    }

    /** The file that a command means, through {@code PATH} and symbolic links; null if it is not among those kept. */
    @CheckForNull
    private String find(String command) {
        if (command.indexOf('/') >= 0) {
            return existing(command);
        }
        for (String directory : config.path()) {
            String path = existing(directory.isEmpty() ? command : directory + "/" + command);
            if (isExecutable(path)) {
                return path;
            }
        }
        return null;
    }

    private boolean isExecutable(@CheckForNull String path) {
        ImageFiles.Entry entry = path == null ? null : files.get(path);
        return entry != null && entry.executable();
    }

    /** The script that {@code sh entry.sh} means. */
    @CheckForNull
    private String localScript(String name) {
        String path = existing(name);
        return path != null && files.get(path) instanceof ImageFiles.Script ? path : null;
    }

    @CheckForNull
    private String existing(String path) {
        String resolved = files.resolve(path.startsWith("/") ? path : config.workingDirectory() + "/" + path);
        return resolved == null || files.get(resolved) == null ? null : resolved;
    }
}
