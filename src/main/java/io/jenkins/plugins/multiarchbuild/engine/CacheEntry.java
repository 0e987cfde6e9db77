package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One location of <a href="https://docs.docker.com/build/cache/backends/">build cache</a>, as written for
 * {@code --cache-from} or {@code --cache-to}: {@code type=registry,ref=registry.example.com/team/app:cache,mode=max}.
 *
 * @param attributes the attributes by lower-case name in the order given, {@code type} among them
 * @param place the attribute that names the location, or empty if the cache is in the image itself
 */
record CacheEntry(
        @NonNull Map<String, String> attributes, @NonNull String place) implements Serializable {

    /** The attribute that names the location, by type; it is optional where a store holds several caches. */
    private static final Map<String, String> PLACES =
            Map.of("registry", "ref", "local", "dest", "inline", "", "s3", "name", "azblob", "name", "gha", "scope");

    /** BuildKit's name for a cache without a name. */
    private static final String UNNAMED = "buildkit";

    private static final Pattern SECRET =
            Pattern.compile("(?:^|[,\\s])(?:secret_access_key|session_token|token)\\s*=", Pattern.CASE_INSENSITIVE);

    private static final Pattern ATTRIBUTE =
            Pattern.compile("\\s*[a-zA-Z][\\w-]*\\s*=[^\"\\p{Cc}]*[^\"\\s\\p{Cc}][^\"\\p{Cc}]*");

    CacheEntry {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /**
     * Reads an entry; a bare reference means {@code type=registry}.
     *
     * @param parameter {@code cacheFrom} or {@code cacheTo}
     * @throws InvalidRequestException if it is not understood or holds a secret
     */
    @NonNull
    static CacheEntry parse(@NonNull String parameter, @NonNull String text) {
        if (SECRET.matcher(Text.name(text)).find()) {
            throw new InvalidRequestException(Sentence.of("CacheEntry.secret", parameter));
        }
        Map<String, String> attributes = attributes(parameter, text.trim());
        String type = attributes.getOrDefault("type", "");
        boolean isImport = parameter.equals("cacheFrom");
        if (!PLACES.containsKey(type) || (isImport && type.equals("inline"))) {
            throw new InvalidRequestException(
                    isImport
                            ? Sentence.of("CacheEntry.importType", parameter, type)
                            : Sentence.of("CacheEntry.exportType", parameter, type));
        }
        String place = isImport && type.equals("local") ? "src" : PLACES.get(type);
        if (type.matches("registry|local") && !attributes.containsKey(place)) {
            throw new InvalidRequestException(Sentence.of("CacheEntry.needs", parameter, type, place));
        }
        if (type.equals("registry")) {
            attributes.put("ref", reference(parameter, attributes.get("ref")));
        }
        if (!attributes.getOrDefault("mode", "min").matches("min|max")) {
            throw new InvalidRequestException(Sentence.of("CacheEntry.mode", parameter, attributes.get("mode")));
        }
        return new CacheEntry(attributes, place);
    }

    /** Returns the location as the user wrote it, for all platforms. */
    @NonNull
    String location() {
        return place.isEmpty() ? "" : attributes.getOrDefault(place, UNNAMED);
    }

    /**
     * Returns this entry with a location for one platform: the tag {@code cache-arm64}, the directory
     * {@code cache/arm64}.
     */
    @NonNull
    CacheEntry of(@NonNull Platform platform) {
        return with(platform.tagSuffix());
    }

    /** Returns this entry with another location: the tag {@code cache-app}, the directory {@code cache/app}. */
    @NonNull
    CacheEntry with(@NonNull String suffix) {
        boolean fixed = place.isEmpty() || (place.equals("ref") && location().contains("@"));
        if (fixed) {
            return this;
        }
        Map<String, String> own = new LinkedHashMap<>(attributes);
        own.put(
                place,
                switch (place) {
                    case "ref" ->
                        ImageReference.parse(location()).withTagSuffix(suffix).toString();
                    case "src", "dest" -> location() + "/" + suffix;
                    default -> location() + "-" + suffix;
                });
        return new CacheEntry(own, place);
    }

    /** Whether another entry, import or export, means the same cache. */
    boolean isSameAs(@NonNull CacheEntry other) {
        return attributes.get("type").equals(other.attributes.get("type"))
                && location().equals(other.location());
    }

    private static Map<String, String> attributes(String parameter, String text) {
        Map<String, String> attributes = new LinkedHashMap<>();
        boolean isReference = !text.isEmpty() && text.indexOf('=') < 0 && text.indexOf(',') < 0;
        for (String attribute : (isReference ? "type=registry,ref=" + text : text).split(",", -1)) {
            if (!ATTRIBUTE.matcher(attribute).matches()) {
                throw notUnderstood(parameter, attribute.trim());
            }
            int equals = attribute.indexOf('=');
            attributes.put(
                    attribute.substring(0, equals).trim().toLowerCase(Locale.ROOT),
                    attribute.substring(equals + 1).trim());
        }
        if (!attributes.containsKey("type")) {
            throw notUnderstood(parameter, text);
        }
        return attributes;
    }

    private static String reference(String parameter, String text) {
        ImageReference reference = ImageReference.parse(text);
        if (reference.digest() != null && parameter.equals("cacheTo")) {
            throw new InvalidRequestException(Sentence.of("CacheEntry.digest", text));
        }
        boolean isBare = reference.tag() == null && reference.digest() == null;
        return reference + (isBare ? ":latest" : "");
    }

    private static InvalidRequestException notUnderstood(String parameter, String text) {
        return new InvalidRequestException(Sentence.of("CacheEntry.notUnderstood", parameter, text));
    }

    /** Returns the entry as on buildx's command line. */
    @Override
    public String toString() {
        return attributes.entrySet().stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
