package io.jenkins.plugins.multiarchbuild.emulation;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Builder;
import io.jenkins.plugins.multiarchbuild.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.multiarchbuild.engine.dockerfile.Execution;
import io.jenkins.plugins.multiarchbuild.engine.dockerfile.RunningStage;
import io.jenkins.plugins.multiarchbuild.engine.progress.Emulation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the programs that a bake runs are executed, as far as builder and Dockerfiles tell. It travels from one task to the
 * next ones as variables in the environment of the bake.
 */
public final class Executions {

    private static final String VARIABLE = "MULTI_ARCH_BUILD_";
    private static final String NATIVE_STAGES = VARIABLE + "NATIVE_STAGES";

    private final Map<Execution, Set<String>> platforms = new EnumMap<>(Execution.class);
    private final Set<String> nativeStages = new HashSet<>();

    private Executions() {}

    /**
     * Finds out.
     *
     * @param dockerfiles the text of each platform's Dockerfile, as far as it is known, for each of {@link
     *     BakeTargets#all()}
     */
    @NonNull
    public static Executions of(
            @NonNull Builder builder,
            @NonNull BakeTargets targets,
            @NonNull List<Platform> platforms,
            @NonNull List<Map<Platform, String>> dockerfiles) {
        Executions executions = new Executions();
        Set<Platform> emulated = builder.emulated(platforms);
        for (Platform platform : builder.natives().isEmpty() ? List.<Platform>of() : platforms) {
            Execution execution = Execution.NATIVE;
            if (emulated.contains(platform)) {
                boolean emulates = false;
                for (int i = 0; i < dockerfiles.size(); i++) {
                    emulates |= executions.add(
                            builder,
                            targets,
                            targets.all().get(i),
                            platform,
                            dockerfiles.get(i).get(platform));
                }
                execution = emulates ? Execution.EMULATED : Execution.CROSS_COMPILED;
            }
            executions
                    .platforms
                    .computeIfAbsent(execution, key -> new HashSet<>())
                    .add(platform.toString());
        }
        return executions;
    }

    /** Adds the stages that run natively, and returns whether others are emulated, or may be. */
    private boolean add(
            Builder builder,
            BakeTargets targets,
            BakeTarget target,
            Platform platform,
            @CheckForNull String dockerfile) {
        Optional<List<RunningStage>> stages = dockerfile == null
                ? Optional.empty()
                : Dockerfile.runningStages(
                        dockerfile,
                        platform,
                        target.request().options(),
                        target.request().source().contexts());
        boolean emulates = stages.isEmpty();
        for (RunningStage stage : stages.orElse(List.of())) {
            if (stage.platform() == null
                    || builder.emulated(List.of(stage.platform())).isEmpty()) {
                nativeStages.add(Stream.of(
                                platform.toString(),
                                targets.key(target.name(), platform).image(),
                                stage.name())
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(" ")));
            } else {
                emulates = true;
            }
        }
        return emulates;
    }

    /** Returns it as variables. */
    @NonNull
    public Map<String, String> variables() {
        Map<String, String> variables = platforms.entrySet().stream()
                .collect(Collectors.toMap(each -> VARIABLE + each.getKey(), each -> text(each.getValue())));
        if (!nativeStages.isEmpty()) {
            variables.put(NATIVE_STAGES, text(nativeStages));
        }
        return variables;
    }

    private static String text(Set<String> names) {
        return names.stream().sorted().collect(Collectors.joining(","));
    }

    /**
     * Returns what variables say.
     *
     * @param environment {@code NAME=value} each; others are skipped
     */
    @NonNull
    public static Executions in(@NonNull List<String> environment) {
        Executions executions = new Executions();
        for (Execution execution : Execution.values()) {
            executions.platforms.put(execution, Set.copyOf(values(environment, VARIABLE + execution)));
        }
        executions.nativeStages.addAll(values(environment, NATIVE_STAGES));
        return executions;
    }

    private static List<String> values(List<String> environment, String name) {
        return environment.stream()
                .filter(variable -> variable.startsWith(name + "="))
                .flatMap(variable ->
                        Stream.of(variable.substring(name.length() + 1).split(",")))
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** Returns that of a platform, or null if it is not known. */
    @CheckForNull
    public Execution of(@NonNull Platform platform) {
        return platforms.entrySet().stream()
                .filter(each -> each.getValue().contains(platform.toString()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** Returns the platforms that are emulated, such as {@code linux/arm64}. */
    @NonNull
    public List<String> emulated() {
        return new ArrayList<>(platforms.getOrDefault(Execution.EMULATED, Set.of()));
    }

    /** Returns the stages of emulated platforms that run natively, see {@link Emulation#nativeStages()}. */
    @NonNull
    public List<String> nativeStages() {
        return new ArrayList<>(nativeStages);
    }
}
