package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One value per platform. The keys are platforms ({@code linux/arm64}), aliases ({@code aarch64}),
 * architectures ({@code arm64}) or {@code *} for the rest; the most specific key wins.
 *
 * @param entries the values by key, in the order written
 */
public record PlatformMap(@NonNull Map<String, String> entries) implements Serializable {

    /** The key for every platform that no other key names. */
    public static final String REST = "*";

    /** The empty map. */
    public static final PlatformMap EMPTY = new PlatformMap(Map.of());

    /** @throws InvalidRequestException if a key is not a platform, two mean the same one, or a value is empty */
    public PlatformMap {
        Map<String, String> checked = new LinkedHashMap<>();
        withCheckedKeys(entries).forEach((name, value) -> {
            if (value.isBlank()) {
                throw new InvalidRequestException(Sentence.of("PlatformMap.empty", name));
            }
            Text.name(Text.checked(name, value));
            checked.put(name, value.trim());
        });
        entries = Collections.unmodifiableMap(checked);
    }

    /** Returns a map with the same value for every platform, or an empty map if there is no value. */
    @NonNull
    public static PlatformMap ofAll(@CheckForNull String value) {
        return value == null ? EMPTY : new PlatformMap(Map.of(REST, value));
    }

    /** Returns the value for a platform: of its name, else of its architecture, else of {@code *}. */
    @NonNull
    public Optional<String> get(@NonNull Platform platform) {
        return closestKey(entries.keySet(), platform).map(entries::get);
    }

    /**
     * The key without blanks around it.
     *
     * @throws InvalidRequestException if it is neither a platform nor {@code *}
     */
    @NonNull
    public static String checkKey(@NonNull String key) {
        String name = key.trim();
        if (!name.equals(REST)) {
            Platform.parse(name);
        }
        return name;
    }

    /**
     * Returns entries by their keys without blanks around them.
     *
     * @throws InvalidRequestException if a key is neither a platform nor {@code *}, or two keys mean the same platform
     */
    @NonNull
    public static <V> Map<String, V> withCheckedKeys(@NonNull Map<String, V> entries) {
        Map<String, V> checked = new LinkedHashMap<>();
        Map<Platform, List<String>> seen = new HashMap<>();
        entries.forEach((key, value) -> {
            String name = checkKey(key);
            if (!name.equals(REST)) {
                Platform platform = Platform.parse(name);
                List<String> others = seen.computeIfAbsent(platform, none -> new ArrayList<>());
                for (String other : others) {
                    if (!isBeside(name, other, platform) && !isBeside(other, name, platform)) {
                        throw new InvalidRequestException(Sentence.of("PlatformMap.twice", platform, other, name));
                    }
                }
                others.add(name);
            }
            checked.put(name, value);
        });
        return checked;
    }

    /** Whether a key is {@code arm} beside a whole name, since it is for every other variant as well. */
    private static boolean isBeside(String key, String whole, Platform platform) {
        return platform.variant() != null && key.equals(platform.architecture()) && whole.indexOf('/') >= 0;
    }

    /** Returns those of some keys that mean none of some platforms. */
    @NonNull
    public static List<String> keysOfOthers(@NonNull Collection<String> keys, @NonNull List<Platform> platforms) {
        return keys.stream()
                .filter(key -> platforms.stream()
                        .noneMatch(
                                platform -> closestKey(List.of(key), platform).isPresent()))
                .toList();
    }

    /**
     * The key for a platform: its own name, else its architecture, else {@code *}, or empty if there is none of them. A
     * whole name such as {@code linux/arm/v7} precedes a short one for the same platform, such as {@code arm}.
     */
    @NonNull
    public static Optional<String> closestKey(@NonNull Collection<String> keys, @NonNull Platform platform) {
        String byShortName = null;
        String byArchitecture = null;
        for (String key : keys) {
            if (key.equals(REST)) {
                continue;
            }
            Platform named = Platform.parse(key);
            if (named.equals(platform)) {
                if (key.indexOf('/') >= 0) {
                    return Optional.of(key);
                }
                byShortName = byShortName == null ? key : byShortName;
            }
            boolean namesArchitecture = key.equals(platform.architecture())
                    || (key.indexOf('/') < 0 && named.machine().equals(platform.machine()));
            if (namesArchitecture) {
                byArchitecture = key;
            }
        }
        return Optional.ofNullable(byShortName == null ? byArchitecture : byShortName)
                .or(() -> keys.contains(REST) ? Optional.of(REST) : Optional.empty());
    }
}
