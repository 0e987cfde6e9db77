package io.jenkins.plugins.multiarchbuild.engine.builder;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.RegistryHost;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads the settings of a builder from the ways in which people write them. */
public final class ReadSettings {

    /** How much has to be free for a builder in a container, if nothing else is said. */
    private static final String DEFAULT_FREE = "1GB";

    /** The names of all settings, in the order of the form. */
    public static final List<String> NAMES = List.of(
            "name", "driver", "endpoint", "certificates", "image", "options", "mirrors", "keepStorage", "minFree");

    private final Map<String, ?> values;

    private ReadSettings(Map<String, ?> values) {
        this.values = values;
    }

    /**
     * Reads settings.
     *
     * @param values texts by name, or instead of a text a map for {@code endpoint} and {@code mirrors} and a list or a
     *     map for {@code options}; null and blank ones count as missing, also in a map or a list
     * @throws InvalidRequestException if something is unknown or wrong
     */
    @NonNull
    public static BuilderSettings of(@NonNull Map<String, ?> values) {
        for (String name : values.keySet()) {
            if (!NAMES.contains(name)) {
                throw new InvalidRequestException(Sentence.of("ReadSettings.unknown", name, String.join(", ", NAMES)));
            }
        }
        return new ReadSettings(values).read();
    }

    private BuilderSettings read() {
        String name = text("name");
        if (name == null) {
            throw new InvalidRequestException(Sentence.of("ReadSettings.noName"));
        }
        String driverName = text("driver");
        Driver driver = driverName == null ? Driver.DOCKER_CONTAINER : Driver.parse(driverName);
        String keep = text("keepStorage");
        String free = text("minFree");
        if (free == null) {
            free = driver == Driver.DOCKER_CONTAINER ? DEFAULT_FREE : "0";
        }
        return new BuilderSettings(
                name,
                driver,
                endpoints(),
                text("certificates"),
                text("image"),
                options(),
                mirrors(),
                keep == null ? 0 : DiskSize.parse(Sentence.of("ReadSettings.setting", name, "keepStorage"), keep),
                DiskSize.parse(Sentence.of("ReadSettings.setting", name, "minFree"), free));
    }

    /** One endpoint, or several by the platforms that they build. */
    private PlatformMap endpoints() {
        Map<String, String> entries = new LinkedHashMap<>();
        if (values.get("endpoint") instanceof Map<?, ?> map) {
            given(map).forEach((platform, endpoint) -> entries.put(platform, endpoint.toString()));
        } else {
            lines("endpoint").forEach(line -> {
                // an address may have an equals sign too
                int equals = line.matches("[\\w/*-]+\\s*=.*") ? line.indexOf('=') : -1;
                entries.put(
                        equals < 0
                                ? PlatformMap.REST
                                : line.substring(0, equals).trim(),
                        line.substring(equals + 1).trim());
            });
        }
        return new PlatformMap(entries);
    }

    private List<String> options() {
        Object given = values.get("options");
        List<String> options = new ArrayList<>();
        if (given instanceof Map<?, ?> map) {
            given(map).forEach((key, value) -> options.add(key + "=" + value));
        } else if (given instanceof Collection<?> list) {
            list.stream()
                    .filter(ReadSettings::isGiven)
                    .forEach(option -> options.add(option.toString().trim()));
        } else {
            options.addAll(lines("options"));
        }
        return options;
    }

    private Map<String, List<Mirror>> mirrors() {
        Map<String, List<Mirror>> mirrors = new LinkedHashMap<>();
        if (values.get("mirrors") instanceof Map<?, ?> map) {
            given(map).forEach((registry, given) -> {
                Collection<?> list = given instanceof Collection<?> several
                        ? several
                        : List.of(given.toString().split("[,\\s]+"));
                list.stream()
                        .filter(ReadSettings::isGiven)
                        .forEach(mirror -> add(mirrors, registry, mirror.toString()));
            });
        } else {
            lines("mirrors").forEach(line -> {
                int equals = line.indexOf('=');
                if (equals < 0) {
                    throw new InvalidRequestException(Sentence.of("ReadSettings.noMirror", line));
                }
                for (String mirror : line.substring(equals + 1).trim().split("[,\\s]+")) {
                    add(mirrors, line.substring(0, equals), mirror);
                }
            });
        }
        return mirrors;
    }

    private static void add(Map<String, List<Mirror>> mirrors, String registry, String mirror) {
        mirrors.computeIfAbsent(RegistryHost.parse("builder: mirrors", registry), key -> new ArrayList<>())
                .add(Mirror.parse(mirror));
    }

    /** Leaves out what has no value. */
    private static Map<String, Object> given(Map<?, ?> map) {
        Map<String, Object> given = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (isGiven(value)) {
                given.put(String.valueOf(key), value);
            }
        });
        return given;
    }

    private static boolean isGiven(@CheckForNull Object value) {
        return value != null && !value.toString().isBlank();
    }

    private List<String> lines(String name) {
        String text = text(name);
        return text == null
                ? List.of()
                : Stream.of(text.split("\\R"))
                        .map(String::trim)
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    @CheckForNull
    private String text(String name) {
        Object value = values.get(name);
        if (value instanceof Collection || value instanceof Map) {
            throw new InvalidRequestException(Sentence.of("ReadSettings.noString", name, value));
        }
        return isGiven(value) ? value.toString().trim() : null;
    }
}
