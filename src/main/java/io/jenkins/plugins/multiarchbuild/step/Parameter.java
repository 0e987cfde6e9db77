package io.jenkins.plugins.multiarchbuild.step;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.Text;
import io.jenkins.plugins.multiarchbuild.engine.image.SmokeTest;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A step parameter that may be written in several ways in a Pipeline, and is text in a form. The kind of each is
 * defined here only.
 */
enum Parameter {
    PLATFORMS("platforms", Kind.LIST),
    BASE_TAGS("baseTags", Kind.LIST_OR_MAP),
    BAKE_TARGETS("bakeTargets", Kind.LIST),
    REPOSITORIES("repositories", Kind.LIST),
    IMAGES("images", Kind.LIST),
    FOREIGN_PROGRAMS("foreignPrograms", Kind.ENTRIES),
    CACHE("cache", Kind.SWITCH),
    CACHE_FROM("cacheFrom", Kind.ENTRIES),
    CACHE_TO("cacheTo", Kind.ENTRIES),
    BUILDER("builder", Kind.BUILDER),
    DOCKERFILES("dockerfiles", Kind.MAP),
    AGENTS("agents", Kind.MAP),
    BUILD_ARGS("buildArgs", Kind.PLATFORM_VALUES),
    BUILD_CONTEXTS("buildContexts", Kind.PLATFORM_VALUES),
    LABELS("labels", Kind.PLATFORM_VALUES),
    TARGET("target", Kind.TEXT_OR_MAP),
    SMOKE_TEST("smokeTest", Kind.COMMANDS),
    ULIMITS("ulimits", Kind.LIST),
    ADD_HOSTS("addHosts", Kind.MAP),
    ENTITLEMENTS("entitlements", Kind.LIST),
    ANNOTATIONS("annotations", Kind.MAP),
    SECRETS("secrets", Kind.MAP),
    SSH("ssh", Kind.MAP),
    REGISTRIES("registries", Kind.REGISTRIES),
    ARCH_TAGS("archTags", Kind.SWITCH_OR_MAP),
    PROVENANCE("provenance", Kind.SWITCH),
    SBOM("sbom", Kind.SWITCH);

    private final String parameter;
    private final Kind kind;

    /** How a parameter is written. */
    private enum Kind {
        /** A list, or a text whose items are separated by commas or white space. */
        LIST,
        /** Like a list, or a map of lists; in a text then one {@code name=list} per line. */
        LIST_OR_MAP,
        /** A list of items that may contain commas, or a text whose items are separated by white space. */
        ENTRIES,
        /** A map, or a text with one {@code name=value} per line. */
        MAP,
        /** Like a map, whose values may be maps for single platforms; in a text they follow a line {@code [platform]}. */
        PLATFORM_VALUES,
        /** A text, or a map. */
        TEXT_OR_MAP,
        /** A list of words, or a map of such lists by platform; in a text a command line, or {@code platform=command line}. */
        COMMANDS,
        /** A name, or settings; see {@link BuilderParameter}. */
        BUILDER,
        /** Like a map in a form, but a list of maps in a Pipeline. */
        REGISTRIES,
        /** True, false or a text. */
        SWITCH,
        /** True, false, a text or a map. */
        SWITCH_OR_MAP
    }

    Parameter(String parameter, Kind kind) {
        this.parameter = parameter;
        this.kind = kind;
    }

    /** Returns a copy with Java's own lists, maps and strings instead of Groovy's, or null for null. */
    @CheckForNull
    static Serializable plain(@CheckForNull Object value) {
        if (value instanceof Map<?, ?> map) {
            LinkedHashMap<String, Serializable> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(String.valueOf(key), plain(item)));
            return copy.isEmpty() ? null : copy;
        }
        if (value instanceof Collection<?> items) {
            ArrayList<Serializable> copy = new ArrayList<>();
            items.forEach(item -> copy.add(plain(item)));
            return copy;
        }
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        String text = value.toString();
        return text.isBlank() ? null : text;
    }

    /**
     * Reads the items of a list as written.
     *
     * @throws InvalidRequestException if it is neither a list nor a text
     */
    @NonNull
    List<String> list(@CheckForNull Serializable value) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof String text) {
            return List.of(Text.checked(parameter, text).trim().split(kind == Kind.ENTRIES ? "(?<!,)\\s+" : "[,\\s]+"));
        }
        if (value instanceof Collection<?> items) {
            List<String> texts = new ArrayList<>();
            items.forEach(item -> texts.add(item == null ? "" : Text.checked(parameter, item.toString())));
            return texts;
        }
        throw new InvalidRequestException(Sentence.of("Parameter.noList", parameter, value));
    }

    /**
     * Reads lists by name; one without a name has the name {@code ""}.
     *
     * @throws InvalidRequestException if it is neither a list nor a map of lists nor such a text
     */
    @NonNull
    Map<String, List<String>> lists(@CheckForNull Serializable value) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> lists.put(Text.checked(parameter, key.toString()), list((Serializable) item)));
        } else if (value instanceof String text && text.indexOf('=') > 0) {
            map(text).forEach((key, item) -> lists.put(key, list(item)));
        } else if (value != null) {
            lists.put("", list(value));
        }
        return lists;
    }

    /**
     * Reads the entries of a map as written.
     *
     * @throws InvalidRequestException if it is neither a map nor such a text
     */
    @NonNull
    Map<String, String> map(@CheckForNull Serializable value) {
        Map<String, String> entries = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> entries.put(
                    Text.checked(parameter, key.toString()),
                    item == null ? "" : Text.checked(Sentence.of("Parameter.value", parameter, key), item.toString())));
        } else if (value instanceof String text) {
            for (String line : Text.checked(parameter, text)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList()) {
                int equals = line.indexOf('=');
                if (equals < 0) {
                    throw new InvalidRequestException(Sentence.of("Parameter.noEntry", parameter, line.trim()));
                }
                entries.put(
                        line.substring(0, equals).trim(),
                        line.substring(equals + 1).trim());
            }
        } else if (value != null) {
            throw new InvalidRequestException(Sentence.of("Parameter.noMap", parameter, value));
        }
        return entries;
    }

    /**
     * Reads values of which some are for single platforms.
     *
     * @throws InvalidRequestException if it is neither a map nor such a text, or a map in it is not for a platform
     */
    @NonNull
    PlatformValues platformValues(@CheckForNull Serializable value) {
        Map<String, Serializable> common = new LinkedHashMap<>();
        Map<String, Map<String, String>> byPlatform = new LinkedHashMap<>();
        if (value instanceof String text) {
            FormText.sections(text)
                    .forEach((section, lines) -> byPlatform
                            .computeIfAbsent(section, key -> new LinkedHashMap<>())
                            .putAll(map(lines)));
            common.putAll(byPlatform.remove(""));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> {
                if (item instanceof Map<?, ?> values) {
                    byPlatform.put(key.toString(), map((Serializable) values));
                } else {
                    common.put(key.toString(), (Serializable) item);
                }
            });
        } else {
            return PlatformValues.of(map(value));
        }
        Map<String, String> forAll = map((Serializable) common);
        byPlatform.keySet().forEach(key -> named("Parameter.noPlatform", () -> PlatformMap.checkKey(key)));
        return named("Parameter.wrong", () -> new PlatformValues(forAll, byPlatform));
    }

    /** @param code of the sentence that begins with the name of the parameter */
    private <T> T named(String code, Supplier<T> value) {
        try {
            return value.get();
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(Sentence.of(code, parameter, e.sentence()));
        }
    }

    /**
     * Reads one value per platform.
     *
     * @throws InvalidRequestException if it is neither a map nor such a text, a key is not a platform, or two mean the
     *     same one
     */
    @NonNull
    PlatformMap platformMap(@CheckForNull Serializable value) {
        Map<String, String> entries = map(value);
        return named("Parameter.wrong", () -> new PlatformMap(entries));
    }

    /**
     * Reads commands by platform; one for all of them has the key {@code *}.
     *
     * @throws InvalidRequestException if it is neither a list nor a map of lists nor such a text
     */
    @NonNull
    Map<String, List<String>> commands(@CheckForNull Serializable value) {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> commands.put(key.toString(), command((Serializable) item)));
        } else if (value instanceof String text && isByPlatform(text)) {
            map(text).forEach((key, line) -> commands.put(key, SmokeTest.words(line)));
        } else if (value != null) {
            commands.put(PlatformMap.REST, command(value));
        }
        return commands;
    }

    private List<String> command(@CheckForNull Serializable value) {
        return value instanceof Collection ? list(value) : SmokeTest.words(value == null ? "" : value.toString());
    }

    /** Whether each line begins with a platform: {@code arm64=app --version}, but not {@code app --level=1}. */
    private static boolean isByPlatform(String text) {
        return text.lines().filter(line -> !line.isBlank()).allMatch(line -> {
            try {
                String key = line.substring(0, Math.max(0, line.indexOf('='))).trim();
                PlatformMap.checkKey(key);
                return true;
            } catch (InvalidRequestException e) {
                return false;
            }
        });
    }

    /**
     * Converts the text of a form's field into the value that a Pipeline would have. A text that cannot be parsed stays
     * as it is: its check reports what is wrong with it, and so does the step.
     *
     * @return null for an empty text
     */
    @CheckForNull
    static Object fromForm(@NonNull String name, @CheckForNull String text) {
        String trimmed = Util.fixEmptyAndTrim(text);
        for (Parameter each : values()) {
            if (each.parameter.equals(name) && trimmed != null) {
                return each.fromForm(trimmed);
            }
        }
        return trimmed;
    }

    private Object fromForm(String text) {
        return switch (kind) {
            case LIST, ENTRIES -> list(text);
            case LIST_OR_MAP -> text.indexOf('=') > 0 ? namedLists(text) : list(text);
            case MAP, REGISTRIES -> entries(text);
            case PLATFORM_VALUES -> platformEntries(text);
            case TEXT_OR_MAP -> text.indexOf('=') > 0 ? entries(text) : text;
            case COMMANDS -> isByPlatform(text) ? commands(text) : SmokeTest.words(text);
            case BUILDER -> BuilderParameter.fromForm(text);
            case SWITCH -> FormText.switchValue(text);
            case SWITCH_OR_MAP -> text.indexOf('=') > 0 ? entries(text) : FormText.switchValue(text);
        };
    }

    private Object namedLists(String text) {
        try {
            return lists(text);
        } catch (InvalidRequestException e) {
            return text;
        }
    }

    private Object entries(String text) {
        try {
            Map<String, String> map = map(text);
            if (kind == Kind.REGISTRIES) {
                return RegistryParameter.entries(map);
            }
            return map.keySet().stream().anyMatch(FormText::isMisprinted)
                    ? String.join("\n", text.lines().toList())
                    : map;
        } catch (InvalidRequestException e) {
            return text;
        }
    }

    private Object platformEntries(String text) {
        try {
            PlatformValues values = platformValues(text);
            if (values.all().stream().flatMap(each -> each.keySet().stream()).anyMatch(FormText::isMisprinted)) {
                return String.join("\n", text.lines().toList());
            }
            Map<String, Object> map = new LinkedHashMap<>(values.common());
            map.putAll(values.byPlatform());
            return map;
        } catch (InvalidRequestException e) {
            return text;
        }
    }
}
