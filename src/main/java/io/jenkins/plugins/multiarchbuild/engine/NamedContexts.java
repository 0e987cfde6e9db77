package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Further contexts that a Dockerfile may name in {@code FROM} and {@code COPY --from}, as in {@code --build-context}.
 *
 * @param sources a directory, {@code oci-layout://} path, {@code docker-image://} reference, or Git or HTTP URL, by name
 */
public record NamedContexts(@NonNull Map<String, String> sources) {

    /** None at all. */
    public static final NamedContexts NONE = new NamedContexts(Map.of());

    private static final String IMAGE = "docker-image://";

    private static final Pattern LAYOUT = Pattern.compile("oci-layout://(?<path>.+?)(?::[\\w][\\w.-]*)?(?:@[\\w:]+)?");

    /** @throws InvalidRequestException if a name cannot stand in a Dockerfile, or a source can be no context here */
    public NamedContexts {
        Map<String, String> checked = new LinkedHashMap<>();
        sources.forEach((name, source) -> checked.put(checkName(name), checkSource(name, source.trim())));
        sources = Collections.unmodifiableMap(checked);
    }

    /** The directories that they are in, by name; of those that come from elsewhere there is none. */
    @NonNull
    public Map<String, String> directories() {
        Map<String, String> directories = new LinkedHashMap<>();
        sources.forEach((name, source) -> directory(source).ifPresent(path -> directories.put(name, path)));
        return directories;
    }

    private static Optional<String> directory(String source) {
        Matcher layout = LAYOUT.matcher(source);
        if (layout.matches()) {
            return Optional.of(layout.group("path"));
        }
        return source.startsWith(IMAGE) || BuildSource.isRemote(source) ? Optional.empty() : Optional.of(source);
    }

    private static String checkSource(String name, String source) {
        if (source.startsWith("target:")) {
            throw new InvalidRequestException(
                    "buildContexts: '" + source + "' for '" + name + "' means a target of a bake"
                            + " file, which there is none of here. Name a directory, docker-image://REFERENCE or a URL.");
        }
        if (source.isEmpty() || source.equals("-")) {
            throw new InvalidRequestException("buildContexts: '" + name
                    + "' says not where it is. Name a directory, docker-image://REFERENCE or a URL.");
        }
        if (source.startsWith(IMAGE)) {
            ImageReference.parse(source.substring(IMAGE.length()));
        }
        return source;
    }

    /** As BuildKit looks it up: {@code docker.io/library/alpine:latest} is {@code alpine}. */
    private static String checkName(String name) {
        try {
            ImageReference reference = ImageReference.parse(name);
            return reference
                    .toString()
                    .replaceFirst("^docker\\.io/(?:library/)?", "")
                    .replaceFirst(":latest$", "");
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(
                    "buildContexts: '" + name + "' is not a name that a Dockerfile can have in"
                            + " FROM or COPY --from. Write it in lower case, for example 'assets' or 'alpine:3.20'.");
        }
    }
}
