package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Checks <a href="https://github.com/opencontainers/image-spec/blob/main/annotations.md">annotations</a> of an image index.
 */
public final class Annotations {

    /** What is left of a key's freedom when it has to stand before an equals sign on buildx's command line. */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/+-]{0,254}");

    private Annotations() {}

    /**
     * An unmodifiable copy of annotations in the order given.
     *
     * @throws InvalidRequestException if a key is none or a value has a line break or another control character in it
     */
    @NonNull
    public static Map<String, String> checked(@NonNull Map<String, String> annotations) {
        annotations.forEach((key, value) -> {
            if (!KEY.matcher(key).matches()) {
                throw new InvalidRequestException("annotations: '" + key + "' is not a key. A key has letters, digits"
                        + " and . _ / + - only, for example org.opencontainers.image.version.");
            }
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new InvalidRequestException("annotations: the value of '" + key
                        + "' has a line break or another control character in it. Leave it out.");
            }
        });
        return Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }
}
