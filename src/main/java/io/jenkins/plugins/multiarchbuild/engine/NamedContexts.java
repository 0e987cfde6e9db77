package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Named contexts, which a Dockerfile may use in {@code FROM} and {@code COPY --from}, as of {@code --build-context}.
 *
 * @param sources a directory, {@code oci-layout://} path, {@code docker-image://} reference, or Git or HTTP URL, by
 *     name
 * @param targets names of targets of a bake file, by the name of the context that each of them is
 */
public record NamedContexts(
        @NonNull PlatformValues sources, @NonNull Map<String, String> targets) implements Serializable {

    /** No named contexts. */
    public static final NamedContexts NONE = new NamedContexts(PlatformValues.NONE);

    private static final String IMAGE = "docker-image://";

    private static final Pattern LAYOUT = Pattern.compile("oci-layout://(?<path>.+?)(?::[\\w][\\w.-]*)?(?:@[\\w:]+)?");

    /** @throws InvalidRequestException if a name cannot be used in a Dockerfile, or a source cannot be a context */
    public NamedContexts {
        sources = sources.map(NamedContexts::checked);
        Map<String, String> checked = new LinkedHashMap<>();
        // a build that an older version of the plugin began has none
        if (targets != null) {
            targets.forEach((name, target) -> checked.put(checkName(name), checkTarget(target)));
        }
        targets = Collections.unmodifiableMap(checked);
    }

    /** Creates contexts of which none is a target of a bake file. */
    public NamedContexts(@NonNull PlatformValues sources) {
        this(sources, Map.of());
    }

    /** Returns the contexts that are directories on the agent: their paths by name. */
    @NonNull
    public Set<String> directories() {
        Set<String> directories = new LinkedHashSet<>();
        sources.all()
                .forEach(contexts ->
                        contexts.values().forEach(source -> directory(source).ifPresent(directories::add)));
        return directories;
    }

    /** Whether a platform has a context that takes the place of what its Dockerfile names. */
    public boolean has(@NonNull Platform platform, @NonNull String name) {
        return find(platform, name).isPresent() || isTarget(name);
    }

    /** Returns the image that takes the place of what a platform's Dockerfile names; empty if none does. */
    @NonNull
    public Optional<ImageReference> image(@NonNull Platform platform, @NonNull String name) {
        return find(platform, name)
                .filter(source -> source.startsWith(IMAGE))
                .map(source -> ImageReference.parse(source.substring(IMAGE.length())));
    }

    private boolean isTarget(String name) {
        try {
            return !targets.isEmpty() && targets.containsKey(familiar(name));
        } catch (InvalidRequestException e) {
            return false;
        }
    }

    private Optional<String> find(Platform platform, String name) {
        try {
            return Optional.ofNullable(sources.of(platform).get(familiar(name)));
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    /** Returns the first name of a context that is in one of {@link #directories()}, for a message. */
    @NonNull
    public String nameOf(@NonNull String directory) {
        return sources.all().stream()
                .flatMap(contexts -> contexts.entrySet().stream())
                .filter(context ->
                        directory(context.getValue()).filter(directory::equals).isPresent())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /**
     * Returns these contexts with other directories.
     *
     * @param directories the new directories by the old ones, one for each of {@link #directories()}
     */
    @NonNull
    public NamedContexts withDirectories(@NonNull Map<String, String> directories) {
        return new NamedContexts(
                sources.map(contexts -> {
                    Map<String, String> changed = new LinkedHashMap<>(contexts);
                    changed.replaceAll((name, source) -> directory(source)
                            .map(directory -> inDirectory(source, directories.get(directory)))
                            .orElse(source));
                    return changed;
                }),
                targets);
    }

    private static String inDirectory(String source, String directory) {
        Matcher layout = LAYOUT.matcher(source);
        return layout.matches()
                ? source.substring(0, layout.start("path")) + directory + source.substring(layout.end("path"))
                : directory;
    }

    private static Optional<String> directory(String source) {
        Matcher layout = LAYOUT.matcher(source);
        if (layout.matches()) {
            return Optional.of(layout.group("path"));
        }
        return source.startsWith(IMAGE) || BuildSource.isRemote(source) ? Optional.empty() : Optional.of(source);
    }

    private static Map<String, String> checked(Map<String, String> contexts) {
        Map<String, String> checked = new LinkedHashMap<>();
        contexts.forEach((name, source) -> checked.put(checkName(name), checkSource(name, source.trim())));
        return checked;
    }

    private static String checkSource(String name, String source) {
        if (source.startsWith("target:")) {
            throw new InvalidRequestException(Sentence.of("NamedContexts.target", source, name));
        }
        boolean known =
                source.startsWith(IMAGE) || LAYOUT.matcher(source).matches() || !BuildSource.isOtherScheme(source);
        if (source.isEmpty() || source.equals("-") || !known) {
            throw new InvalidRequestException(Sentence.of("NamedContexts.noSource", name));
        }
        Text.name(Text.checked("buildContexts", source));
        if (source.startsWith(IMAGE)) {
            ImageReference.parse(source.substring(IMAGE.length()));
        }
        return source;
    }

    private static String checkTarget(String target) {
        if (!target.matches("[a-zA-Z0-9_-]{1,255}")) {
            throw new InvalidRequestException(Sentence.of("NamedContexts.noTarget", Text.name(target)));
        }
        return target;
    }

    private static String checkName(String name) {
        try {
            return familiar(name);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(Sentence.of("NamedContexts.noName", name));
        }
    }

    /** Returns a name as BuildKit looks it up: {@code docker.io/library/alpine:latest} is {@code alpine}. */
    private static String familiar(String name) {
        return ImageReference.parse(name)
                .toString()
                .replaceFirst("^docker\\.io/(?:library/)?", "")
                .replaceFirst(":latest$", "");
    }
}
