package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * <a href="https://github.com/opencontainers/image-spec/blob/main/annotations.md">Annotations</a> of an image index.
 */
public final class Annotations {

    /** Narrower than OCI's keys, since buildx takes {@code key=value} on its command line. */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/+-]{0,254}");

    private static final String PREFIX = "org.opencontainers.image.";

    /** A tag that says nothing about the version. */
    private static final String LATEST = "latest";

    private Annotations() {}

    /**
     * Returns the annotations that are known from the build, under OCI's predefined keys: {@code created};
     * {@code source} and {@code revision} if they are known; and as {@code version} the first tag that is not
     * {@code latest}.
     */
    @NonNull
    public static Map<String, String> standard(
            @NonNull Origin origin, @NonNull List<ImageReference> baseTags, @NonNull Instant created) {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put(
                PREFIX + "created", created.truncatedTo(ChronoUnit.SECONDS).toString());
        if (origin.url() != null) {
            annotations.put(PREFIX + "source", origin.url());
        }
        if (origin.revision() != null) {
            annotations.put(PREFIX + "revision", origin.revision());
        }
        baseTags.stream()
                .map(ImageReference::tag)
                .filter(tag -> !LATEST.equals(tag))
                .findFirst()
                .ifPresent(tag -> annotations.put(PREFIX + "version", tag));
        return annotations;
    }

    /**
     * Returns an unmodifiable copy of valid annotations, in the same order.
     *
     * @throws InvalidRequestException if a key is invalid or a value has a control character in it
     */
    @NonNull
    public static Map<String, String> checked(@NonNull Map<String, String> annotations) {
        annotations.forEach((key, value) -> {
            if (!KEY.matcher(key).matches()) {
                throw new InvalidRequestException(Sentence.of("Annotations.noKey", key));
            }
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new InvalidRequestException(Sentence.of("Annotations.control", key));
            }
        });
        return Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }
}
