package io.jenkins.plugins.multiarchbuild.engine.dockerfile;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A <a href="https://docs.docker.com/reference/dockerfile/">Dockerfile</a> as one platform's build reads it: its stages and
 * the images that they need. What cannot be determined is left out, and so is what BuildKit would reject.
 */
public final class Dockerfile {

    /** More than any Dockerfile has, few enough for the stack. */
    private static final int MOST_STAGES = 1000;

    private static final Pattern FLAG = Pattern.compile("--(?<name>[a-z]+)=(?<value>\\S+)");

    private static final Pattern MOUNT_FROM = Pattern.compile("(?:^|,)from=(?<image>[^,]+)");

    /** Other frontends than Docker's may give the instructions another meaning. */
    private static final Pattern KNOWN_SYNTAX =
            Pattern.compile("|(?:docker\\.io/)?docker/dockerfile(?:-upstream)?(?:[:@].*)?");

    private static final Pattern OWN_PLATFORM = Pattern.compile("\\$BUILDPLATFORM|\\$\\{BUILDPLATFORM\\}");

    private final Platform target;
    private final Map<String, String> buildArgs;
    private final String wanted;
    private final NamedContexts contexts;
    private final Variables variables;
    private final List<Stage> stages = new ArrayList<>();

    /** A stage with its {@code FROM}, what it takes files from and what it runs. */
    private record Stage(String name, Instruction from, List<Source> sources, List<Instruction> runs) {}

    /** Where files are copied or mounted from. */
    private record Source(String name, int line) {}

    private Dockerfile(Platform target, BuildOptions options, NamedContexts contexts, char escape) {
        this.target = target;
        this.buildArgs = options.buildArgs().of(target);
        this.wanted = options.target().get(target).orElse(null);
        this.contexts = contexts;
        this.variables = new Variables(escape);
    }

    /**
     * Returns the images that a build needs, in the order of their lines.
     *
     * @param dockerfile the text
     * @param target the platform that is built
     */
    @NonNull
    public static List<BaseImage> baseImages(
            @NonNull String dockerfile,
            @NonNull Platform target,
            @NonNull BuildOptions options,
            @NonNull NamedContexts contexts) {
        return read(dockerfile, target, options, contexts)
                .map(Dockerfile::images)
                .orElse(List.of());
    }

    /**
     * Returns the stages of a build that run programs, as far as it needs them.
     *
     * @param dockerfile the text
     * @param target the platform that is built
     * @return empty if that cannot be determined
     */
    @NonNull
    public static Optional<List<RunningStage>> runningStages(
            @NonNull String dockerfile,
            @NonNull Platform target,
            @NonNull BuildOptions options,
            @NonNull NamedContexts contexts) {
        return read(dockerfile, target, options, contexts).map(Dockerfile::runningStages);
    }

    private static Optional<Dockerfile> read(
            String dockerfile, Platform target, BuildOptions options, NamedContexts contexts) {
        Instruction.Script script = Instruction.parse(dockerfile);
        if (!KNOWN_SYNTAX.matcher(script.syntax()).matches()) {
            return Optional.empty();
        }
        Dockerfile read = new Dockerfile(target, options, contexts, script.escape());
        read.setPredefined();
        script.instructions().forEach(read::add);
        return read.stages.size() > MOST_STAGES ? Optional.empty() : Optional.of(read);
    }

    private void setPredefined() {
        String variant = target.variant() == null ? "" : target.variant();
        set("TARGETPLATFORM", target.toString());
        set("TARGETOS", target.os());
        set("TARGETARCH", target.architecture());
        set("TARGETVARIANT", variant);
        for (String name :
                List.of("BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT", "TARGETOSVERSION", "TARGETSTAGE")) {
            set(name, null);
        }
    }

    /** A build argument takes precedence over the Dockerfile, even for the predefined ones. */
    private void set(String name, @CheckForNull String value) {
        variables.set(name, buildArgs.getOrDefault(name, value));
    }

    private void add(Instruction instruction) {
        switch (instruction.name()) {
            case "FROM" ->
                stages.add(new Stage(stageName(instruction), instruction, new ArrayList<>(), new ArrayList<>()));
            case "ARG" -> {
                if (stages.isEmpty()) {
                    instruction.words().forEach(this::declare);
                }
            }
            case "COPY", "RUN" -> {
                if (!stages.isEmpty()) {
                    Stage stage = stages.get(stages.size() - 1);
                    stage.sources.addAll(sources(instruction));
                    if (instruction.name().equals("RUN")) {
                        stage.runs.add(instruction);
                    }
                }
            }
            default -> {}
        }
    }

    /** One {@code NAME} or {@code NAME=value} of an {@code ARG}; without a value it is unset unless it is given. */
    private void declare(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        if (equals >= 0) {
            set(name, variables.expand(word.substring(equals + 1)));
        } else if (buildArgs.containsKey(name)) {
            set(name, null);
        }
    }

    private static String stageName(Instruction from) {
        List<String> words = operands(from);
        return words.size() == 3 && words.get(1).equalsIgnoreCase("as")
                ? words.get(2).toLowerCase(Locale.ROOT)
                : "";
    }

    private static List<String> operands(Instruction instruction) {
        return instruction.words().stream()
                .filter(word -> !word.startsWith("--"))
                .toList();
    }

    private static List<Source> sources(Instruction instruction) {
        List<Source> sources = new ArrayList<>();
        for (String word : instruction.words()) {
            Matcher flag = FLAG.matcher(word);
            if (!word.startsWith("--")) {
                // flags come first
                break;
            }
            if (flag.matches()
                    && flag.group("name").equals("from")
                    && instruction.name().equals("COPY")) {
                sources.add(new Source(flag.group("value"), instruction.line()));
            } else if (flag.matches() && flag.group("name").equals("mount")) {
                Matcher from = MOUNT_FROM.matcher(flag.group("value"));
                if (from.find()) {
                    sources.add(new Source(from.group("image"), instruction.line()));
                }
            }
        }
        return sources;
    }

    private List<BaseImage> images() {
        Set<BaseImage> images = new LinkedHashSet<>();
        visit(images);
        return images.stream().sorted(Comparator.comparingInt(BaseImage::line)).toList();
    }

    private List<RunningStage> runningStages() {
        Map<Integer, Optional<Platform>> elsewhere = elsewhere();
        List<RunningStage> running = new ArrayList<>();
        for (int index : visit(new LinkedHashSet<>())) {
            Stage stage = stages.get(index);
            if (!stage.runs.isEmpty()) {
                String name = !stage.name.isEmpty() ? stage.name : stages.size() == 1 ? "" : "stage-" + index;
                running.add(new RunningStage(
                        name, elsewhere.getOrDefault(index, Optional.of(target)).orElse(null)));
            }
        }
        return running;
    }

    /** Returns the platforms of the stages whose {@code FROM} says one: no platform for that of the builder. */
    private Map<Integer, Optional<Platform>> elsewhere() {
        Map<Integer, Optional<Platform>> found = new HashMap<>();
        for (int i = 0; i < stages.size(); i++) {
            Instruction from = stages.get(i).from;
            String base = base(from);
            int baseStage = base == null ? -1 : named(base, i);
            Matcher flag =
                    FLAG.matcher(from.words().isEmpty() ? "" : from.words().get(0));
            if (found.containsKey(baseStage)) {
                found.put(i, found.get(baseStage));
            } else if (baseStage < 0 && flag.matches() && flag.group("name").equals("platform")) {
                String platform = variables.expand(flag.group("value"));
                Optional<Platform> known = platform == null ? Optional.empty() : platform(platform);
                if (known.isPresent()
                        || platform == null
                                && OWN_PLATFORM.matcher(flag.group("value")).matches()) {
                    found.put(i, known);
                }
            }
        }
        return found;
    }

    @CheckForNull
    private String base(Instruction from) {
        List<String> operands = operands(from);
        return operands.isEmpty() ? null : variables.expand(operands.get(0));
    }

    /** Returns the stages that are needed, and adds the images that these need. */
    private Set<Integer> visit(Set<BaseImage> images) {
        int last = wanted == null ? stages.size() - 1 : stage(wanted, stages.size());
        Set<Integer> needed = new LinkedHashSet<>();
        if (last >= 0) {
            visit(last, needed, images);
        }
        return needed;
    }

    private void visit(int index, Set<Integer> needed, Set<BaseImage> images) {
        Stage stage = stages.get(index);
        if (!needed.add(index)) {
            return;
        }
        if (!stage.name.isEmpty() && contexts.has(target, stage.name)) {
            // the named context takes the place of the stage
            contexts.image(target, stage.name)
                    .ifPresent(image -> images.add(new BaseImage(image, target, stage.from.line())));
            return;
        }
        String base = base(stage.from);
        int baseStage = base == null ? -1 : named(base, index);
        if (baseStage >= 0) {
            visit(baseStage, needed, images);
        } else if (base != null && !base.equals("scratch")) {
            addBase(base, stage.from, images);
        }
        for (Source source : stage.sources) {
            int other = stage(source.name, index);
            if (other >= 0) {
                visit(other, needed, images);
            } else if (!source.name.equals("scratch")) {
                // BuildKit takes the target's platform here, whatever the stage is for
                reference(source.name).ifPresent(image -> images.add(new BaseImage(image, target, source.line)));
            }
        }
    }

    private void addBase(String base, Instruction from, Set<BaseImage> images) {
        Optional<ImageReference> image = reference(base);
        String flag = from.words().get(0);
        Matcher matcher = FLAG.matcher(flag);
        if (image.isEmpty()
                || (flag.startsWith("--")
                        && !(matcher.matches() && matcher.group("name").equals("platform")))) {
            return;
        }
        String written = flag.startsWith("--") ? matcher.group("value") : target.toString();
        String platform = variables.expand(written);
        if (platform != null) {
            platform(platform).ifPresent(known -> images.add(new BaseImage(image.get(), known, from.line())));
        } else if (OWN_PLATFORM.matcher(written).matches()) {
            images.add(new BaseImage(image.get(), null, from.line()));
        }
    }

    private static Optional<Platform> platform(String text) {
        try {
            return Optional.of(Platform.parse(text));
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    /** The image that a name means, unless a named context other than an image takes its place. */
    private Optional<ImageReference> reference(String name) {
        if (contexts.has(target, name)) {
            return contexts.image(target, name);
        }
        try {
            return Optional.of(ImageReference.parse(name));
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    /** The stage of a name or number among the first ones, or -1. */
    private int stage(String name, int end) {
        if (name.matches("\\d{1,4}")) {
            int number = Integer.parseInt(name);
            return number < end ? number : -1;
        }
        return named(name, end);
    }

    private int named(String name, int end) {
        for (int i = end - 1; i >= 0 && !name.isEmpty(); i--) {
            if (stages.get(i).name.equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }
}
