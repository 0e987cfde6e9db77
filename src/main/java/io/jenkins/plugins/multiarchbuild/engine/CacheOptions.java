package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Options of the build cache, as of {@code docker buildx build}. Every platform exports its cache to a location of its
 * own: platforms are built separately and would overwrite each other's cache.
 *
 * @param from where cache is imported from
 * @param to where cache is exported to
 * @param shared tags of the caches that builds share in a registry; the first is the build's own
 * @param writesShared whether the build's own shared cache is also exported
 * @param pull whether base images are pulled again even if the builder has them
 * @param noCache whether the cache is ignored
 */
public record CacheOptions(
        @NonNull List<CacheEntry> from,
        @NonNull List<CacheEntry> to,
        @NonNull List<ImageReference> shared,
        boolean writesShared,
        boolean pull,
        boolean noCache)
        implements Serializable {

    /** Buildx's defaults. */
    public static final CacheOptions DEFAULTS = new CacheOptions(List.of(), List.of(), List.of(), false, false, false);

    /** The tag of a shared cache whose place is a repository. */
    private static final String SHARED_TAG = "buildcache";

    /** Precedes the name of a branch, since a branch can have the name of a platform. */
    private static final String BRANCH = "branch-";

    /** The longest tag of a place and the most of the names of a branch and an image, so that all fit into one tag. */
    private static final int LONGEST_PLACE = 40;

    private static final int LONGEST_BRANCH = 40;

    private static final int LONGEST_IMAGE = 16;

    private static final int HASH = 8;

    public CacheOptions {
        from = List.copyOf(from);
        to = List.copyOf(to);
        // a build that an older version of the plugin began has none
        shared = shared == null ? List.of() : List.copyOf(shared);
    }

    /**
     * Reads the entries of {@code cacheFrom} and {@code cacheTo}.
     *
     * @throws InvalidRequestException if one is not understood or holds a secret
     */
    @NonNull
    public static CacheOptions parse(
            @NonNull Collection<String> from, @NonNull Collection<String> to, boolean pull, boolean noCache) {
        return new CacheOptions(
                from.stream().map(text -> CacheEntry.parse("cacheFrom", text)).toList(),
                to.stream().map(text -> CacheEntry.parse("cacheTo", text)).toList(),
                List.of(),
                false,
                pull,
                noCache);
    }

    /**
     * Returns these options with a cache that builds share in a registry, wherever they run.
     *
     * @param text {@code true} for the image's own repository, a repository, a tag, or {@code false} or null for no cache
     * @param images where the image is published
     * @param written whether the build also writes the cache
     * @throws InvalidRequestException if the text is not a place
     */
    @NonNull
    public CacheOptions withShared(@CheckForNull String text, @NonNull List<ImageReference> images, boolean written) {
        return place(text, images).map(place -> withShared(place, written)).orElse(this);
    }

    @NonNull
    static Optional<ImageReference> place(@CheckForNull String text, @NonNull List<ImageReference> images) {
        if (text == null || text.equals("false")) {
            return Optional.empty();
        }
        if (text.equals("true")) {
            if (images.isEmpty()) {
                throw new InvalidRequestException(Sentence.of("CacheOptions.noRepository"));
            }
            return Optional.of(images.get(0).withTag(SHARED_TAG));
        }
        ImageReference place = ImageReference.parse(text);
        if (place.digest() != null) {
            throw new InvalidRequestException(Sentence.of("CacheOptions.digest", text));
        }
        String tag = place.tag();
        if (tag == null) {
            return Optional.of(place.withTag(SHARED_TAG));
        }
        if (tag.length() > LONGEST_PLACE) {
            throw new InvalidRequestException(Sentence.of("CacheOptions.longTag", text, LONGEST_PLACE));
        }
        return Optional.of(place);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @NonNull
    CacheOptions withShared(@NonNull ImageReference place, boolean written) {
        return new CacheOptions(from, to, List.of(place), written, pull, noCache);
    }

    /**
     * Returns these options for a branch other than the main one. It has a shared cache of its own and reads the main
     * branch's too: what is built for a pull request does not get into the cache of the main branch.
     */
    @NonNull
    public CacheOptions ofBranch(@NonNull String branch) {
        if (shared.isEmpty()) {
            return this;
        }
        ImageReference main = shared.get(0);
        return new CacheOptions(
                from,
                to,
                List.of(main.withTagSuffix(BRANCH + shortened(branch, LONGEST_BRANCH, LONGEST_BRANCH)), main),
                writesShared,
                pull,
                noCache);
    }

    /**
     * Returns these options for one of several images that are built together. It exports its cache to a location of its
     * own, and imports that one and those that are named.
     */
    @NonNull
    public CacheOptions ofImage(@NonNull String image) {
        String name = shortened(image, LONGEST_IMAGE, LONGEST_IMAGE - HASH - 1);
        List<CacheEntry> imports = new ArrayList<>();
        for (CacheEntry entry : from) {
            CacheEntry own = entry.with(name);
            imports.add(own);
            if (!own.equals(entry) && to.stream().noneMatch(entry::isSameAs)) {
                imports.add(entry);
            }
        }
        return new CacheOptions(
                imports,
                to.stream().map(entry -> entry.with(name)).toList(),
                shared.stream().map(tag -> tag.withTagSuffix(name)).toList(),
                writesShared,
                pull,
                noCache);
    }

    /** Returns a name as a part of a tag. */
    private static String shortened(String text, int longest, int kept) {
        String name = text.replaceAll("[^a-zA-Z0-9._-]+", "-");
        // two names may differ only in what is replaced or cut off
        return name.equals(text) && name.length() <= longest
                ? name
                : name.substring(0, Math.min(name.length(), kept)) + "-" + hash(text);
    }

    /** Returns these options without writing a shared cache. */
    @NonNull
    public CacheOptions withoutWritingShared() {
        return new CacheOptions(from, to, shared, false, pull, noCache);
    }

    /** Returns a platform's imports: its own location and, unless this build exports to it, the location as written. */
    @NonNull
    public List<String> fromFor(@NonNull Platform platform) {
        List<String> entries = new ArrayList<>();
        for (CacheEntry entry : from) {
            CacheEntry own = entry.of(platform);
            entries.add(own.toString());
            if (!own.equals(entry) && to.stream().noneMatch(entry::isSameAs)) {
                entries.add(entry.toString());
            }
        }
        shared.forEach(tag -> entries.add(registry(tag, platform)));
        return entries;
    }

    /** Returns a platform's exports. */
    @NonNull
    public List<String> toFor(@NonNull Platform platform) {
        List<String> entries = new ArrayList<>();
        to.forEach(entry -> entries.add(entry.of(platform).toString()));
        if (writesShared) {
            // as an image manifest, since some registries reject an index of layers; a lost cache is no reason to fail
            entries.add(registry(shared.get(0), platform)
                    + ",mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true");
        }
        return entries;
    }

    private static String registry(ImageReference tag, Platform platform) {
        return "type=registry,ref=" + tag.withTagSuffix(platform.tagSuffix());
    }

    /** Returns the directories on the agent that cache is imported from. */
    @NonNull
    public List<String> readDirectories() {
        return from.stream()
                .filter(entry -> entry.place().equals("src"))
                .map(CacheEntry::location)
                .toList();
    }

    /** Returns the directories on the agent that cache is exported to. */
    @NonNull
    public List<String> writtenDirectories() {
        return to.stream()
                .filter(entry -> entry.place().equals("dest"))
                .map(CacheEntry::location)
                .toList();
    }

    /** Whether a platform exports its cache to a tag. */
    boolean writes(@NonNull ImageReference tag, @NonNull Platform platform) {
        if (writesShared && tag.equals(shared.get(0).withTagSuffix(platform.tagSuffix()))) {
            return true;
        }
        return to.stream()
                .map(entry -> entry.of(platform))
                .anyMatch(
                        entry -> entry.place().equals("ref") && entry.location().equals(tag.toString()));
    }
}
