package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Named values, some for every platform and some for single platforms. A platform gets the common ones and those of the
 * key that is closest to it, as in a {@link PlatformMap}; its own value replaces a common one of the same name.
 *
 * @param common the values for every platform, by name
 * @param byPlatform the values for single platforms, by platform, architecture or {@code *}, then by name
 */
public record PlatformValues(
        @NonNull Map<String, String> common, @NonNull Map<String, Map<String, String>> byPlatform)
        implements Serializable {

    /** No values. */
    public static final PlatformValues NONE = new PlatformValues(Map.of(), Map.of());

    /** @throws InvalidRequestException if a key of {@code byPlatform} is not a platform, or two mean the same one */
    public PlatformValues {
        common = copy(common);
        Map<String, Map<String, String>> checked = new LinkedHashMap<>();
        PlatformMap.withCheckedKeys(byPlatform).forEach((key, values) -> checked.put(key, copy(values)));
        byPlatform = Collections.unmodifiableMap(checked);
    }

    /** The same values for every platform. */
    @NonNull
    public static PlatformValues of(@NonNull Map<String, String> common) {
        return new PlatformValues(common, Map.of());
    }

    /** The values of a platform by name, in the order written. */
    @NonNull
    public Map<String, String> of(@NonNull Platform platform) {
        Map<String, String> values = new LinkedHashMap<>(common);
        PlatformMap.closestKey(byPlatform.keySet(), platform).ifPresent(key -> values.putAll(byPlatform.get(key)));
        return values;
    }

    /** The common values, then those of each platform. */
    @NonNull
    public List<Map<String, String>> all() {
        List<Map<String, String>> all = new ArrayList<>(List.of(common));
        all.addAll(byPlatform.values());
        return all;
    }

    /** Whether there are values of the same names for the same platforms. */
    boolean hasNamesOf(@NonNull PlatformValues other) {
        return common.keySet().equals(other.common.keySet())
                && byPlatform.keySet().equals(other.byPlatform.keySet())
                && byPlatform.entrySet().stream()
                        .allMatch(entry -> entry.getValue()
                                .keySet()
                                .equals(other.byPlatform.get(entry.getKey()).keySet()));
    }

    /** These values with each of their maps changed. */
    @NonNull
    public PlatformValues map(@NonNull UnaryOperator<Map<String, String>> change) {
        Map<String, Map<String, String>> changed = new LinkedHashMap<>();
        byPlatform.forEach((key, values) -> changed.put(key, change.apply(values)));
        return new PlatformValues(change.apply(common), changed);
    }

    private static Map<String, String> copy(Map<String, String> values) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
