package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A value a platform, as users write it: the keys are platforms ({@code linux/arm64}), aliases ({@code aarch64}),
 * architectures ({@code arm64}) or {@code *} for the rest; the closest key wins.
 *
 * @param entries the values by key, in the order written
 */
public record PlatformMap(@NonNull Map<String, String> entries) {

    /** The key for every platform that no other key names. */
    public static final String REST = "*";

    /** The map without an entry. */
    public static final PlatformMap EMPTY = new PlatformMap(Map.of());

    /** @throws InvalidRequestException if a key names no platform or a value is empty */
    public PlatformMap {
        Map<String, String> checked = new LinkedHashMap<>();
        entries.forEach((key, value) -> {
            String name = key.trim();
            if (!name.equals(REST)) {
                Platform.parse(name);
            }
            if (value.isBlank()) {
                throw new InvalidRequestException(
                        "The entry for '" + name + "' is empty. Give it a value or leave it out.");
            }
            checked.put(name, value.trim());
        });
        entries = Collections.unmodifiableMap(checked);
    }

    /** The value for a platform: that of its own name, else of its architecture, else of {@code *}. */
    @NonNull
    public Optional<String> get(@NonNull Platform platform) {
        String byArchitecture = null;
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            String key = entry.getKey();
            if (key.equals(REST)) {
                continue;
            }
            Platform named = Platform.parse(key);
            if (named.equals(platform)) {
                return Optional.of(entry.getValue());
            }
            boolean namesArchitecture = key.equals(platform.architecture())
                    || (key.indexOf('/') < 0 && named.machine().equals(platform.machine()));
            if (namesArchitecture) {
                byArchitecture = entry.getValue();
            }
        }
        return Optional.ofNullable(byArchitecture).or(() -> Optional.ofNullable(entries.get(REST)));
    }
}
