package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image reference in Docker's normalised form, after the
 * <a href="https://pkg.go.dev/github.com/distribution/reference">distribution reference grammar</a>.
 *
 * @param registry host, and port if there is one, for example {@code docker.io} or {@code 127.0.0.1:5000}
 * @param path path of the repository in its registry, for example {@code library/app}
 * @param tag the tag, or null
 * @param digest the digest, or null
 */
public record ImageReference(
        @NonNull String registry,
        @NonNull String path,
        @CheckForNull String tag,
        @CheckForNull Digest digest) implements Serializable {

    /** Docker Hub's registry, which a reference without a host means. */
    public static final String DOCKER_HUB = "docker.io";

    private static final int LONGEST_TAG = 128;
    private static final int LONGEST_NAME = 255;
    private static final String HOST =
            "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?";
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern NAME = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
    private static final Pattern REGISTRY = Pattern.compile(HOST);
    private static final Pattern TAG = Pattern.compile("[\\w][\\w.-]{0," + (LONGEST_TAG - 1) + "}");
    private static final Pattern SPLIT =
            Pattern.compile("(?<name>[^@]+?)(?::(?<tag>[^:/@]*))?(?:@(?<digest>.*))?", Pattern.DOTALL);

    /**
     * Reads and normalises a reference: {@code app} is {@code docker.io/library/app}.
     *
     * @throws InvalidRequestException if it is not a valid reference
     */
    @NonNull
    public static ImageReference parse(@NonNull String text) {
        String trimmed = Text.name(text.trim());
        Matcher split = SPLIT.matcher(trimmed);
        if (!split.matches()) {
            throw invalid(text, Sentence.of("ImageReference.empty"));
        }
        String name = split.group("name");
        String tag = split.group("tag");
        String digest = split.group("digest");
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean hasRegistry = first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || first.chars().anyMatch(Character::isUpperCase);
        String registry = hasRegistry ? hub(first) : DOCKER_HUB;
        String path = hasRegistry ? name.substring(slash + 1) : name;
        if (!REGISTRY.matcher(registry).matches()) {
            throw invalid(text, Sentence.of("ImageReference.noHost", registry));
        }
        if (!NAME.matcher(path).matches()) {
            throw invalid(text, Sentence.of("ImageReference.noPath", path));
        }
        if (registry.equals(DOCKER_HUB) && path.indexOf('/') < 0) {
            path = "library/" + path;
        }
        if (registry.length() + 1 + path.length() > LONGEST_NAME) {
            throw invalid(text, Sentence.of("ImageReference.longName", LONGEST_NAME));
        }
        return new ImageReference(
                registry, path, tag == null ? null : checkTag(text, tag), digest == null ? null : new Digest(digest));
    }

    /**
     * Reads a base tag: a reference with a tag and without a digest.
     *
     * @throws InvalidRequestException if it is not one
     */
    @NonNull
    public static ImageReference parseTag(@NonNull String text) {
        ImageReference reference = parse(text);
        if (reference.digest != null) {
            throw new InvalidRequestException(Sentence.of("ImageReference.baseTagWithDigest", text.trim()));
        }
        if (reference.tag == null) {
            throw new InvalidRequestException(Sentence.of("ImageReference.baseTagWithoutTag", text.trim()));
        }
        return reference;
    }

    /** Returns registry and path, without tag and digest: {@code docker.io/library/app}. */
    @NonNull
    public String repository() {
        return registry + "/" + path;
    }

    /**
     * Returns the digest of a reference that is known to have one.
     *
     * @throws IllegalStateException if there is none
     */
    @NonNull
    public Digest knownDigest() {
        if (digest == null) {
            throw new IllegalStateException(this + " has no digest");
        }
        return digest;
    }

    /** Returns a reference to a digest in the same repository, without a tag. */
    @NonNull
    public ImageReference at(@NonNull Digest other) {
        return new ImageReference(registry, path, null, other);
    }

    /**
     * Reads a repository: a reference without a tag and without a digest.
     *
     * @throws InvalidRequestException if it is not one
     */
    @NonNull
    public static ImageReference parseRepository(@NonNull String text) {
        ImageReference reference = parse(text);
        if (reference.tag != null || reference.digest != null) {
            throw new InvalidRequestException(
                    reference.digest != null
                            ? Sentence.of("ImageReference.repositoryWithDigest", text.trim())
                            : Sentence.of("ImageReference.repositoryWithTag", text.trim()));
        }
        return reference;
    }

    /**
     * Returns a reference to a tag in the same repository.
     *
     * @throws InvalidRequestException if it is not a valid tag
     */
    @NonNull
    public ImageReference withTag(@NonNull String other) {
        return new ImageReference(registry, path, checkTag(repository() + ":" + other, other), null);
    }

    /**
     * Returns this reference with {@code -suffix} appended to its tag.
     *
     * @throws InvalidRequestException if the result is not a valid tag
     */
    @NonNull
    public ImageReference withTagSuffix(@NonNull String suffix) {
        String suffixed = tag + "-" + suffix;
        return new ImageReference(registry, path, checkTag(repository() + ":" + suffixed, suffixed), null);
    }

    /**
     * Returns what is the same for every spelling of this reference: hosts are the same in upper and lower case, and with
     * and without the port of HTTPS.
     */
    @NonNull
    public String identity() {
        String host = hub(registry.toLowerCase(Locale.ROOT).replaceFirst(":443$", ""));
        return new ImageReference(host, path, tag, digest).toString();
    }

    /** Returns the whole normalised reference. */
    @Override
    public String toString() {
        return repository() + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }

    private static String hub(String registry) {
        return registry.equals("index.docker.io") || registry.equals("registry-1.docker.io") ? DOCKER_HUB : registry;
    }

    private static String checkTag(String text, String tag) {
        if (!TAG.matcher(tag).matches()) {
            throw invalid(text, Sentence.of("ImageReference.noTag", tag, LONGEST_TAG));
        }
        return tag;
    }

    private static InvalidRequestException invalid(String text, Sentence why) {
        return new InvalidRequestException(Sentence.of("ImageReference.invalid", text.trim(), why));
    }
}
