package io.jenkins.plugins.multiarchbuild.readiness;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Builder;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Equipment;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an agent has answered. All texts are short, are one line and hold no secret, whatever the agent sent.
 *
 * @param docker the version of {@code docker}, or null
 * @param engine the version of the engine, or null
 * @param buildx the version of buildx, or null
 * @param buildKit the versions of BuildKit, or null
 * @param builder the builder's name, or null if there is none that can be used
 * @param driver its driver, or null
 * @param platforms what it can build
 * @param natives those that it builds natively; empty if that is not known
 * @param emulated those that it emulates; empty if that is not known
 * @param buildable those platforms that it was asked for and can build
 * @param freeDisk free bytes where the builder's cache lies, or {@link FreeDisk#UNKNOWN}
 * @param logins the registries that were asked
 * @param problems what is wrong, with what to do about it
 * @param notes what is worth knowing and keeps nobody from building
 */
record Findings(
        @CheckForNull String docker,
        @CheckForNull String engine,
        @CheckForNull String buildx,
        @CheckForNull String buildKit,
        @CheckForNull String builder,
        @CheckForNull String driver,
        @NonNull List<String> platforms,
        @NonNull List<String> natives,
        @NonNull List<String> emulated,
        @NonNull Set<Platform> buildable,
        long freeDisk,
        @NonNull List<RegistryLogin> logins,
        @NonNull List<Sentence> problems,
        @NonNull List<Sentence> notes) {

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_TEXT = 1000;

    /** BuildKit knows some thirty. */
    private static final int MOST_PLATFORMS = 100;

    /** Those of an agent that has answered nothing. */
    static final Findings NONE = new Findings(
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            List.of(),
            Set.of(),
            FreeDisk.UNKNOWN,
            List.of(),
            List.of(),
            List.of());

    /**
     * @param wanted the platforms that the agent was asked for
     * @param secrets what must not be shown
     * @param problems in addition to those of the equipment
     */
    @NonNull
    static Findings of(
            @NonNull Equipment equipment,
            @NonNull List<Platform> wanted,
            long freeDisk,
            @NonNull List<RegistryLogin> logins,
            @NonNull Logins secrets,
            @NonNull List<Sentence> problems,
            @NonNull List<Sentence> notes) {
        Builder builder = equipment.builder();
        List<Platform> platforms = builder == null
                ? List.of()
                : builder.platforms().stream().limit(MOST_PLATFORMS).toList();
        Set<Platform> emulated = builder == null ? Set.of() : builder.emulated(platforms);
        boolean known = builder != null && !builder.natives().isEmpty();
        List<Platform> lacking = builder == null ? wanted : builder.lacking(wanted);
        return new Findings(
                name(secrets, equipment.client()),
                name(secrets, equipment.engine()),
                name(secrets, equipment.buildx()),
                builder == null || builder.buildKits().isEmpty()
                        ? null
                        : name(secrets, String.join(", ", builder.buildKits())),
                builder == null ? null : name(secrets, builder.name()),
                builder == null ? null : name(secrets, builder.driver()),
                texts(platforms.stream()),
                known ? texts(platforms.stream().filter(each -> !emulated.contains(each))) : List.of(),
                texts(platforms.stream().filter(emulated::contains)),
                wanted.stream().filter(each -> !lacking.contains(each)).collect(Collectors.toSet()),
                freeDisk,
                List.copyOf(logins),
                Stream.concat(equipment.problems().stream(), problems.stream())
                        .map(text -> text(secrets, text))
                        .toList(),
                notes);
    }

    private static List<String> texts(Stream<Platform> platforms) {
        return platforms.map(Platform::toString).map(Findings::name).toList();
    }

    @CheckForNull
    private static String name(Logins secrets, @CheckForNull String text) {
        return text == null ? null : name(secrets.masked(text));
    }

    private static String name(String text) {
        return cut(text, LONGEST_NAME);
    }

    /** Returns a sentence for the user. */
    @NonNull
    static Sentence text(@NonNull Logins secrets, @NonNull Sentence sentence) {
        return sentence.map(text -> cut(secrets.masked(text), LONGEST_TEXT));
    }

    private static String cut(String text, int longest) {
        String line = OneLine.of(text);
        return line.length() <= longest ? line : line.substring(0, longest) + "...";
    }
}
